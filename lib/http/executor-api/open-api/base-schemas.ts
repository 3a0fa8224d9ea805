import type { JsonObject } from '../../../base/json.js';
import { actionSchema } from '../components/action.js';
import type { Properties } from '../components/component.js';
import { listOf, refTo, text, textOrNull } from '../components/schemas.js';

/** What every challenge may have. */
export const baseProperties: Properties = {
  flow_info: refTo('ContextualFlowInfo'),
  response_errors: {
    type: 'object',
    description: 'What is wrong with the answer, by field; `non_field_errors`: with the whole of it.',
    additionalProperties: listOf(refTo('ErrorDetail')),
  },
  page: refTo('PageInfo'),
};

/** The schemas that all components use. */
export const baseSchemas: JsonObject = {
  ContextualFlowInfo: {
    type: 'object',
    properties: {
      title: text,
      background: text,
      cancel_url: {
        type: 'string',
        description: 'Ends the flow: a page, or for clients by bearer an address to which `{}` is posted.',
      },
      layout: { enum: ['stacked', 'content_left', 'content_right', 'sidebar_left', 'sidebar_right'] },
    },
    required: ['title', 'cancel_url', 'layout'],
  },
  ErrorDetail: {
    type: 'object',
    properties: { string: text, code: text },
    required: ['string', 'code'],
  },
  PageInfo: {
    type: 'object',
    description: 'What the page of the same step says around its form. All texts are plain, never HTML.',
    properties: {
      title: text,
      intro: textOrNull,
      notice: textOrNull,
      messages: listOf(text),
      reference: textOrNull,
      submit: textOrNull,
      links: listOf({ type: 'object', properties: { label: text, href: text }, required: ['label', 'href'] }),
      actions: listOf(refTo('PageAction')),
    },
    required: ['title', 'messages', 'links', 'actions'],
  },
  PageAction: actionSchema,
  ApiError: {
    type: 'object',
    properties: { detail: text, code: text },
    required: ['detail', 'code'],
  },
};
