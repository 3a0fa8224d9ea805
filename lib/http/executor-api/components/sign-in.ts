import { isJsonObject, type JsonObject } from '../../../base/json.js';
import { textIn, type Component, type Shown } from './component.js';
import { captchaSchema, linksOf, sourceList, sourcesOf } from './page-links.js';
import { promptFieldsOf, shownValue, userInfoOf } from './prompt-fields.js';
import {
  anyRecord,
  fieldList,
  flag,
  listOf,
  orNull,
  refTo,
  text,
  textOrNull,
  userInfo,
  userInfoRequired,
} from './schemas.js';

/** The name, and where the stage asks for it on the same page the password. */
export const identification: Component = {
  component: 'ak-stage-identification',
  name: 'Identification',
  description: 'Asks who the visitor is, and for the password too where `password_fields` is true.',
  properties: {
    user_fields: orNull(listOf(text)),
    password_fields: flag,
    allow_show_password: flag,
    flow_designation: text,
    primary_action: text,
    show_source_labels: flag,
    pending_user_identifier: textOrNull,
    captcha_stage: orNull(refTo('CaptchaChallenge')),
    enroll_url: text,
    recovery_url: text,
    passwordless_url: text,
    sources: sourceList,
    enable_remember_me: flag,
    passkey_challenge: orNull(anyRecord),
    fields: fieldList,
  },
  required: [
    'user_fields',
    'password_fields',
    'flow_designation',
    'primary_action',
    'show_source_labels',
    'enable_remember_me',
  ],
  answer: {
    properties: {
      uid_field: textOrNull,
      password: textOrNull,
      remember_me: { type: ['boolean', 'null'] },
      captcha_token: textOrNull,
      passkey: orNull(anyRecord),
    },
  },
  draw(shown) {
    const { challenge, model, text: say } = shown;
    const fields = promptFieldsOf(challenge);
    const captcha = captchaOf(challenge);
    const name = shownValue(challenge, 'uid_field');
    return {
      user_fields: challenge['user_fields'] ?? null,
      password_fields: challenge['password_fields'] === true,
      allow_show_password: true,
      flow_designation: textIn(challenge['flow_designation']),
      primary_action: model.form === null ? '' : say(model.form.submit),
      show_source_labels: true,
      pending_user_identifier: name === '' ? null : name,
      captcha_stage: captcha,
      ...linksOf(shown, 'enroll_url', 'recovery_url', 'passwordless_url'),
      sources: sourcesOf(shown),
      enable_remember_me: fields.some(({ field_key }) => field_key === 'remember_me'),
      passkey_challenge: challenge['passkey_challenge'] ?? null,
      fields,
    };
  },
};

/** The captcha beside other fields, as a challenge of its own. */
function captchaOf({ captcha: drawn }: JsonObject): JsonObject | null {
  return isJsonObject(drawn) ? { ...captchaParts(drawn), component: 'ak-stage-captcha', captcha: drawn } : null;
}

function captchaParts(captcha: JsonObject): JsonObject {
  return {
    pending_user: '',
    pending_user_avatar: '',
    site_key: textIn(captcha['site_key']),
    js_url: textIn(captcha['js_url']),
    interactive: captcha['interactive'] === true,
  };
}

export const captcha: Component = {
  component: 'ak-stage-captcha',
  name: 'Captcha',
  description: 'Asks for the answer of a captcha.',
  properties: { ...userInfo, site_key: text, js_url: text, interactive: flag, captcha: captchaSchema },
  required: [...userInfoRequired, 'site_key', 'js_url', 'interactive'],
  answer: { properties: { token: text }, required: ['token'] },
  draw({ challenge }) {
    const { captcha: drawn } = challenge;
    const record = isJsonObject(drawn) ? drawn : {};
    return { ...captchaParts(record), captcha: record };
  },
};

export const password: Component = {
  component: 'ak-stage-password',
  name: 'Password',
  description: 'Asks for the password of the user that the stage before identified, or of the signed-in user.',
  properties: { ...userInfo, recovery_url: text, allow_show_password: flag, sources: sourceList, fields: fieldList },
  required: [...userInfoRequired],
  answer: {
    properties: { password: text, remember_me: flag, account: { enum: ['other'] } },
    required: ['password'],
  },
  draw: (shown: Shown) => ({
    ...userInfoOf(shown.challenge),
    ...linksOf(shown, 'recovery_url'),
    allow_show_password: true,
    ...(shown.model.sources.length === 0 ? {} : { sources: sourcesOf(shown) }),
    fields: promptFieldsOf(shown.challenge),
  }),
};
