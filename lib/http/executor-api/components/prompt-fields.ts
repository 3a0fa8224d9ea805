import { isJsonList, type Json, type JsonObject } from '../../../base/json.js';
import { linkedText } from '../../../base/linked-text.js';
import { linksOf } from '../../../pages/field-values.js';
import { recordsIn, textIn } from './component.js';

/** The fields of a challenge. All nine keys of authentik's are there; others say what the page does beside. */
export function promptFieldsOf({ fields }: JsonObject): readonly JsonObject[] {
  return recordsIn(fields).map(promptFieldOf);
}

function promptFieldOf(field: JsonObject): JsonObject {
  const { field_key, type, required, order, initial_value: value, choices, saved, label, label_links, ...more } = field;
  const links = linksOf(label_links);
  return {
    ...more,
    field_key: textIn(field_key),
    label: labelOf(field),
    ...(links === null
      ? {}
      : { label_parts: linkedText(textIn(label), links).map(({ text, href }) => ({ text, href })) }),
    type: textIn(type),
    // A client has what was typed: a password that the page would keep is sent again.
    required: required === true || saved === true,
    placeholder: textIn(field['placeholder']),
    initial_value: firstOf(value),
    ...(isJsonList(value) ? { initial_values: value } : {}),
    order: typeof order === 'number' ? order : 0,
    sub_text: textIn(field['sub_text']),
    choices: isJsonList(choices)
      ? recordsIn(choices).map(({ value: chosen, label, ...rest }) => ({
          ...rest,
          value: textIn(chosen),
          label: textIn(label) === '' ? textIn(chosen) : textIn(label),
        }))
      : null,
  };
}

/** The label of a field as plain text, without its links. */
export function labelOf({ label, label_links }: JsonObject): string {
  const links = linksOf(label_links);
  if (links === null) return textIn(label);
  return linkedText(textIn(label), links)
    .map(({ text }) => text)
    .join('');
}

function firstOf(value: Json | undefined): string {
  return textIn(isJsonList(value) ? value[0] : value);
}

/** The value that the page shows in a field, e.g. the name from the page before. */
export function shownValue(challenge: JsonObject, key: string): string {
  const field = recordsIn(challenge['fields']).find(({ field_key }) => field_key === key);
  return textIn(field?.['initial_value']);
}

/** The user that the stage is about: the name that its page shows and does not ask for. */
export function userInfoOf(challenge: JsonObject): { readonly pending_user: string; readonly pending_user_avatar: '' } {
  const shown = recordsIn(challenge['fields']).find(({ type }) => type === 'username_read_only');
  return { pending_user: textIn(shown?.['initial_value']), pending_user_avatar: '' };
}

/** JSON Schema of one field. */
export const promptFieldSchema: JsonObject = {
  type: 'object',
  description:
    'One field. `label`, `placeholder`, `sub_text` and the labels of choices are plain text, never HTML. ' +
    'Types of authentik and, beside them, `tel`, `url`, `username_read_only` and those of a kit-only component.',
  properties: {
    field_key: { type: 'string' },
    label: { type: 'string' },
    label_parts: {
      type: 'array',
      description: 'The label in parts, where it has links; `href` is null for plain text.',
      items: {
        type: 'object',
        properties: { text: { type: 'string' }, href: { type: ['string', 'null'] } },
        required: ['text', 'href'],
      },
    },
    type: { type: 'string' },
    required: { type: 'boolean' },
    placeholder: { type: 'string' },
    initial_value: { type: 'string' },
    initial_values: { type: 'array', items: { type: 'string' }, description: 'Of a field with several values.' },
    order: { type: 'integer' },
    sub_text: { type: 'string' },
    choices: {
      anyOf: [
        {
          type: 'array',
          items: {
            type: 'object',
            properties: { value: { type: 'string' }, label: { type: 'string' } },
            required: ['value', 'label'],
          },
        },
        { type: 'null' },
      ],
    },
    autocomplete: { type: ['string', 'null'], description: 'As the attribute of HTML.' },
    read_only: { type: 'boolean', description: 'True where a posted value is ignored.' },
  },
  required: ['field_key', 'label', 'type', 'required', 'placeholder', 'initial_value', 'order', 'sub_text', 'choices'],
  additionalProperties: true,
};
