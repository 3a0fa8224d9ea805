import type { JsonObject } from '../../../base/json.js';
import { message } from '../../../base/message.js';
import { actionProperties } from './action.js';
import { recordsIn, textIn, type Component } from './component.js';
import { captchaSchema, sourceList, sourcesOf } from './page-links.js';
import { promptFieldsOf, userInfoOf } from './prompt-fields.js';
import { described, fieldList, flag, listOf, refTo, text, userInfo, userInfoRequired } from './schemas.js';

export const prompt: Component = {
  component: 'ak-stage-prompt',
  name: 'Prompt',
  description: 'Asks for values. The answer has one property for each `field_key`.',
  properties: { fields: fieldList, captcha: captchaSchema, sources: sourceList },
  required: ['fields'],
  answer: { properties: actionProperties, open: true },
  draw: (shown) => ({
    fields: promptFieldsOf(shown.challenge),
    ...(shown.challenge['captcha'] === undefined ? {} : { captcha: shown.challenge['captcha'] }),
    ...(shown.model.sources.length === 0 ? {} : { sources: sourcesOf(shown) }),
  }),
};

/**
 * authentik has no code: whatever is posted sends the mail again. Here a `code` is checked, and an answer without one
 * confirms the link that this browser has opened, or else sends the mail again.
 */
export const email: Component = {
  component: 'ak-stage-email',
  name: 'Email',
  description:
    'A mail with a code and a link is on its way. `code` proves it; an answer without `code` confirms the link that the ' +
    'same browser has opened, or else sends the mail again.',
  properties: {
    text: described(text, 'Where the mail went, as the page says it.'),
    opens_mail_link: described(
      flag,
      'True where this browser has opened the link: an answer without a code confirms it.',
    ),
    fields: fieldList,
  },
  required: ['fields', 'opens_mail_link'],
  answer: { properties: { code: text, resend: flag } },
  draw: ({ challenge }) => ({
    text: textIn(challenge['text']),
    opens_mail_link: challenge['opens_mail_link'] === true,
    fields: promptFieldsOf(challenge),
  }),
  actions: ({ challenge: { resend }, text: say }) =>
    resend === true
      ? [
          {
            name: 'resend',
            label: say(message('email.resend')),
            response: { component: 'ak-stage-email', resend: true },
          },
        ]
      : [],
  read({ code = null, resend }) {
    if (resend === true) return { code, resend: 'again' };
    // Whether the browser has opened the link of this plan, the stage knows.
    return code === null || code === '' ? { resend: 'unless_linked' } : { code };
  },
};

export const consent: Component = {
  component: 'ak-stage-consent',
  name: 'Consent',
  description: 'Asks whether an application may have these permissions. The answer repeats `token`, or has `decline`.',
  properties: {
    ...userInfo,
    header_text: text,
    permissions: listOf(refTo('ConsentPermission')),
    additional_permissions: listOf(refTo('ConsentPermission')),
    token: text,
    application: { type: ['string', 'null'] },
  },
  required: [...userInfoRequired, 'permissions', 'additional_permissions', 'token'],
  answer: { properties: { token: text, decline: flag }, required: ['token'] },
  draw: ({ challenge }) => ({
    pending_user: textIn(challenge['user']),
    pending_user_avatar: '',
    header_text: textIn(challenge['text']),
    permissions: recordsIn(challenge['permissions']).map(permissionOf),
    additional_permissions: recordsIn(challenge['additional_permissions']).map(permissionOf),
    token: textIn(challenge['token']),
    application: typeof challenge['application'] === 'string' ? challenge['application'] : null,
  }),
  actions: ({ challenge: { token }, text: say }) => [
    {
      name: 'decline',
      label: say(message('stage.consent.decline')),
      response: { component: 'ak-stage-consent', token: textIn(token), decline: true },
    },
  ],
};

function permissionOf({ id, name }: JsonObject): JsonObject {
  return { id: textIn(id), name: textIn(name) };
}

export const permissionSchema: JsonObject = {
  type: 'object',
  properties: { id: text, name: text },
  required: ['id', 'name'],
};

/** A page with a button: nothing is asked. */
export const dummy: Component = {
  component: 'ak-stage-dummy',
  name: 'Dummy',
  description: 'Nothing is asked: any answer goes on. `page` says what it does.',
  properties: { name: text },
  required: ['name'],
  answer: { properties: actionProperties },
  draw: ({ reply }) => ({ name: reply.step }),
};

export const userLogin: Component = {
  component: 'ak-stage-user-login',
  name: 'UserLogin',
  description: 'Any answer signs the user in. Whether they stay signed in was asked before; `remember_me` is ignored.',
  properties: { ...userInfo },
  required: [...userInfoRequired],
  answer: { properties: { remember_me: flag } },
  draw: ({ challenge }) => ({ ...userInfoOf(challenge) }),
};
