import type { JsonObject } from '../../../lib/base/json.js';
import { message, type Message } from '../../../lib/base/message.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { totpEnrollment } from '../../../lib/users/totp.js';
import { field, form, said } from './samples.js';
import { signInPage } from './sign-in-gallery.js';

const sample = { issuer: 'Acme', account: 'ann@example.com', digits: 6 } as const;
const { uri, secret, qr } = await totpEnrollment('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', sample);
const codes = ['7Q2KD', 'M0XWA', '3HZ9T', 'V5BNE', 'R8CJF'].map(
  (half, index, all) => `${half}-${all[4 - index] ?? ''}`,
);
const code = (label: JsonObject, help: JsonObject) =>
  field('code', 'text', {
    ...{ label, sub_text: help },
    ...{ autocomplete: 'one-time-code', input: 'text', inputmode: 'numeric' },
  });
const text = (key: string, type: string, label: JsonObject, value = '') =>
  field(key, type, { label, display: 'text', required: false, initial_value: value });
const setup = {
  config_url: uri,
  qr: { ...qr },
  fields: [
    text('qr', 'qr_code', said('authenticator.totp.scan')),
    text('key', 'setup_key', said('authenticator.totp.key'), secret),
    code(said('authenticator.totp.code'), said('authenticator.totp.help', { digits: 6 })),
  ],
};
const validate = {
  fields: [code(said('authenticator.validate.code'), said('authenticator.validate.help'))],
};
const submit = (label: Message, errors: Record<string, Message[]> = {}) =>
  form({ action: '/join/if/flow/sign-in/', submit: label, errors });

const options = { challenge: 'AAAA', rpId: 'app.example', allowCredentials: [], timeout: 300_000 };
const passkey = (key: string, type = 'passkey') =>
  field(key, type, { display: 'none', input: 'hidden', required: false });
const cancel = { href: '/join/if/flow/sign-in/cancel/', label: message('link.cancel'), quiet: true };

/** The pages of second factors, in the states that visitors see. */
export const authenticatorGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'totp-setup',
    signInPage('pages/authenticator', [], {
      ...{
        title: message('authenticator.totp.title'),
        challenge: setup,
        links: [],
        form: submit(message('authenticator.totp.submit')),
      },
      intro: message('authenticator.totp.intro'),
    }),
  ],
  [
    'recovery-codes',
    signInPage('pages/authenticator', [], {
      ...{
        title: message('authenticator.codes.title'),
        links: [],
        form: submit(message('authenticator.codes.submit')),
      },
      challenge: { codes, fields: [text('codes', 'recovery_codes', said('authenticator.codes.label'))] },
    }),
  ],
  [
    'passkey-setup',
    signInPage('pages/authenticator', [], {
      ...{ title: message('authenticator.webauthn.title'), intro: message('authenticator.webauthn.intro') },
      challenge: { registration: options, fields: [passkey('response')] },
      ...{ links: [cancel], form: submit(message('authenticator.webauthn.submit')) },
    }),
  ],
  [
    'passkey-setup-full',
    signInPage('pages/authenticator', [], {
      title: message('authenticator.webauthn.title'),
      challenge: { registration: null, fields: [passkey('response')] },
      ...{ links: [cancel], form: submit(message('link.try_again')) },
    }),
  ],
  [
    'passkey-or-code',
    signInPage('pages/authenticator', [], {
      title: message('authenticator.validate.title'),
      challenge: { passkey_challenge: options, other_challenges: ['code'], fields: [passkey('response')] },
      ...{ links: [cancel], form: submit(message('flow.sign_in.title')) },
    }),
  ],
  [
    'code-or-passkey',
    signInPage('pages/authenticator', [], {
      title: message('authenticator.validate.title'),
      challenge: { ...validate, other_challenges: ['webauthn'] },
      ...{ links: [cancel], form: submit(message('flow.sign_in.title')) },
    }),
  ],
  [
    'passkey-wrong',
    signInPage('pages/authenticator', [], {
      ...{ title: message('authenticator.passkey.title'), intro: message('authenticator.passkey.intro') },
      challenge: { passkey_challenge: options, fields: [passkey('response')] },
      ...{ links: [], form: submit(message('flow.sign_in.title'), { response: [message('users.wrong_passkey')] }) },
    }),
  ],
  [
    'sign-in-passkey-autofill',
    signInPage('pages/identification', [], {
      title: message('flow.sign_in.title'),
      challenge: {
        passkey_challenge: options,
        fields: [
          field('uid_field', 'username', { label: said('flow.invite.username'), autocomplete: 'username webauthn' }),
          passkey('passkey', 'passkey_autofill'),
        ],
      },
      form: submit(message('form.submit')),
      links: [{ href: '/join/if/flow/passwordless/', label: message('stage.identification.passwordless') }],
    }),
  ],
  // In a recovery whose page was open while the factor was set up elsewhere.
  [
    'second-factor-added',
    signInPage('pages/authenticator', [], {
      flow: { slug: 'recovery', title: message('flow.recovery.title') },
      notice: message('notice.second_factor'),
      ...{ title: message('authenticator.validate.title'), challenge: validate },
      form: form({ action: '/join/if/flow/recovery/', submit: message('form.submit') }),
      links: [
        { href: '/login', label: message('link.sign_in') },
        { href: '/join/if/flow/recovery/cancel/', label: message('link.cancel'), quiet: true },
      ],
    }),
  ],
  [
    'second-factor-wrong',
    signInPage('pages/authenticator', [], {
      ...{ title: message('authenticator.validate.title'), challenge: validate },
      form: submit(message('flow.sign_in.title'), { code: [message('users.wrong_factor')] }),
      links: [{ href: '/join/if/flow/sign-in/cancel/', label: message('link.cancel'), quiet: true }],
    }),
  ],
]);
