import { isJsonList, type Json, type JsonObject } from '../../../base/json.js';
import { message } from '../../../base/message.js';
import { recordsIn, textIn, type Component } from './component.js';
import { promptFieldsOf, shownValue, userInfoOf } from './prompt-fields.js';
import { anyRecord, fieldList, flag, listOf, orNull, refTo, text, userInfo, userInfoRequired } from './schemas.js';

const qrSchema: JsonObject = {
  type: 'object',
  description: 'The address as a QR code: dark modules as the path of an SVG of this size, on light ground.',
  properties: { size: { type: 'integer' }, path: text },
  required: ['size', 'path'],
};

/** As a number, a code has lost the zeros that it begins with. One of eight digits has six at least without them. */
function codeOf(code: Json | undefined): Json {
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 0) return code ?? null;
  return String(code).padStart(code < 1_000_000 ? 6 : 8, '0');
}

export const totp: Component = {
  component: 'ak-stage-authenticator-totp',
  name: 'AuthenticatorTOTP',
  description: 'Sets up an authenticator app. `config_url` is the otpauth address that a QR code shows.',
  properties: { ...userInfo, config_url: text, qr: orNull(qrSchema), fields: fieldList },
  required: [...userInfoRequired, 'config_url'],
  answer: { properties: { code: { type: ['string', 'integer'] } }, required: ['code'] },
  draw: ({ challenge }) => ({
    ...userInfoOf(challenge),
    config_url: textIn(challenge['config_url']),
    qr: challenge['qr'] ?? null,
    fields: promptFieldsOf(challenge),
  }),
  read: ({ code }) => ({ code: codeOf(code) }),
};

/** The answer may name the set that was shown; without it, it is the present one. */
export const recoveryCodes: Component = {
  component: 'ak-stage-authenticator-static',
  name: 'AuthenticatorStatic',
  description: 'Shows new recovery codes. The answer says that they are saved; `set` repeats which were shown.',
  properties: { ...userInfo, codes: listOf(text), set: text },
  required: [...userInfoRequired, 'codes'],
  answer: { properties: { set: text } },
  draw: ({ challenge }) => ({
    ...userInfoOf(challenge),
    codes: challenge['codes'] ?? [],
    set: shownValue(challenge, 'set'),
  }),
  read: ({ set }, { newestSet }) => ({ set: set ?? newestSet }),
};

export const webauthn: Component = {
  component: 'ak-stage-authenticator-webauthn',
  name: 'AuthenticatorWebAuthn',
  description: 'Sets up a passkey. `registration` is for `navigator.credentials.create`; `null`: none can be added.',
  properties: { ...userInfo, registration: orNull(anyRecord) },
  required: [...userInfoRequired, 'registration'],
  answer: { properties: { response: anyRecord }, required: ['response'] },
  draw: ({ challenge }) => ({ ...userInfoOf(challenge), registration: challenge['registration'] ?? null }),
};

export const validate: Component = {
  component: 'ak-stage-authenticator-validate',
  name: 'AuthenticatorValidation',
  description:
    'Asks for a second factor, or for a passkey alone. `code` is of an app or a recovery code, `webauthn` the answer of ' +
    'the browser; `selected_challenge` chooses another way.',
  properties: {
    ...userInfo,
    device_challenges: listOf(refTo('DeviceChallenge')),
    configuration_stages: listOf(anyRecord),
    removes: fieldList,
    fields: fieldList,
  },
  required: [...userInfoRequired, 'device_challenges', 'configuration_stages', 'fields'],
  answer: {
    properties: {
      code: { type: ['string', 'integer'] },
      webauthn: anyRecord,
      selected_challenge: {
        type: 'object',
        properties: { device_class: text },
        required: ['device_class'],
        additionalProperties: true,
      },
    },
  },
  draw({ challenge }) {
    const { device_classes: classes, passkey_challenge: passkey } = challenge;
    const known = isJsonList(classes) ? classes.map(textIn) : ['webauthn'];
    const drawn = promptFieldsOf(challenge);
    const removes = drawn.filter(({ field_key }) => field_key === 'removal');
    return {
      ...userInfoOf(challenge),
      device_challenges: known.map((device_class) => ({
        device_class,
        // Any of the user's devices of this class answers.
        device_uid: '-1',
        challenge: device_class === 'webauthn' ? (passkey ?? {}) : {},
        last_used: null,
      })),
      configuration_stages: [],
      ...(removes.length === 0 ? {} : { removes }),
      fields: drawn.filter((field) => !removes.includes(field)),
    };
  },
  actions: ({ challenge: { other_challenges: others }, text: say }) =>
    (isJsonList(others) ? others : []).map((way) => ({
      name: way === 'webauthn' ? 'use_webauthn' : 'use_code',
      label: say(
        message(way === 'webauthn' ? 'authenticator.validate.use_webauthn' : 'authenticator.validate.use_code'),
      ),
      response: {
        component: 'ak-stage-authenticator-validate',
        // Any class of codes stands for all of them.
        selected_challenge: { device_class: way === 'webauthn' ? 'webauthn' : 'totp' },
      },
    })),
  read({ code, webauthn: response, selected_challenge: selected }) {
    const chosen = recordsIn(selected === undefined ? [] : [selected])[0]?.['device_class'];
    if (chosen === undefined) return { code: codeOf(code), response: response ?? null };
    return { selected_challenge: chosen === 'webauthn' ? 'webauthn' : 'code' };
  },
  postedNames: { response: 'webauthn' },
};

export const deviceChallengeSchema: JsonObject = {
  type: 'object',
  properties: {
    device_class: { enum: ['totp', 'static', 'webauthn'] },
    device_uid: text,
    challenge: anyRecord,
    last_used: { type: ['string', 'null'] },
    selected: flag,
  },
  required: ['device_class', 'device_uid', 'challenge', 'last_used'],
};
