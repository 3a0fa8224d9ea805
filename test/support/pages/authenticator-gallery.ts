import { message } from '../../../lib/base/message.js';
import { literal } from '../../../lib/flow/policy.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { totpEnrollment } from '../../../lib/users/totp.js';
import { field, form, json } from './samples.js';
import { signInPage } from './sign-in-gallery.js';

const sample = { issuer: 'Acme', account: 'ann@example.com', digits: 6 } as const;
const { uri, secret, qr } = await totpEnrollment('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', sample);
const codes = ['7Q2KD', 'M0XWA', '3HZ9T', 'V5BNE', 'R8CJF'].map(
  (half, index, all) => `${half}-${all[4 - index] ?? ''}`,
);
const code = (label: string, help: string | null) =>
  field('code', 'text', {
    ...{ label: json(label), sub_text: help === null ? null : json(help) },
    ...{ autocomplete: 'one-time-code', input: 'text', inputmode: 'numeric' },
  });
const text = (key: string, type: string, label: string, value = '') =>
  field(key, type, { label: json(label), display: 'text', required: false, initial_value: value });
const setup = {
  config_url: uri,
  qr: { ...qr },
  fields: [
    text('qr', 'qr_code', 'QR code'),
    text('key', 'setup_key', 'Or type this key into the app', secret),
    code('Code from the app', 'The app shows 6 digits that change every 30 seconds.'),
  ],
};
const validate = {
  fields: [code('Code from your authenticator app', 'If you don’t have your phone, enter one of your recovery codes.')],
};
const submit = (label: string, errors: Record<string, ReturnType<typeof literal>[]> = {}) =>
  form({ action: '/join/if/flow/sign-in/', submit: literal(label), errors });

const options = { challenge: 'AAAA', rpId: 'app.example', allowCredentials: [], timeout: 300_000 };
const passkey = (key: string, type = 'passkey') =>
  field(key, type, { display: 'none', input: 'hidden', required: false });
const cancel = { href: '/join/if/flow/sign-in/cancel/', label: message('link.cancel'), quiet: true };

/** The pages of second factors, in the states that visitors see. */
export const authenticatorGallery: ReadonlyMap<string, PageModel> = new Map([
  [
    'totp-setup',
    signInPage('pages/authenticator', [], {
      ...{ title: literal('Set up an authenticator app'), challenge: setup, links: [], form: submit('Turn on') },
      intro: literal('Scan the QR code with an authenticator app, then enter the code that it shows.'),
    }),
  ],
  [
    'recovery-codes',
    signInPage('pages/authenticator', [], {
      ...{ title: literal('Save your recovery codes'), links: [], form: submit('I’ve saved these codes') },
      challenge: { codes, fields: [text('codes', 'recovery_codes', 'Your recovery codes')] },
    }),
  ],
  [
    'passkey-setup',
    signInPage('pages/authenticator', [], {
      ...{ title: message('authenticator.webauthn.title'), intro: message('authenticator.webauthn.intro') },
      challenge: { registration: options, fields: [passkey('response')] },
      ...{ links: [cancel], form: submit('Add a passkey') },
    }),
  ],
  [
    'passkey-setup-full',
    signInPage('pages/authenticator', [], {
      title: message('authenticator.webauthn.title'),
      challenge: { registration: null, fields: [passkey('response')] },
      ...{ links: [cancel], form: submit('Try again') },
    }),
  ],
  [
    'passkey-or-code',
    signInPage('pages/authenticator', [], {
      title: message('authenticator.validate.title'),
      challenge: { passkey_challenge: options, other_challenges: ['code'], fields: [passkey('response')] },
      ...{ links: [cancel], form: submit('Sign in') },
    }),
  ],
  [
    'code-or-passkey',
    signInPage('pages/authenticator', [], {
      title: message('authenticator.validate.title'),
      challenge: { ...validate, other_challenges: ['webauthn'] },
      ...{ links: [cancel], form: submit('Sign in') },
    }),
  ],
  [
    'passkey-wrong',
    signInPage('pages/authenticator', [], {
      ...{ title: message('authenticator.passkey.title'), intro: message('authenticator.passkey.intro') },
      challenge: { passkey_challenge: options, fields: [passkey('response')] },
      ...{ links: [], form: submit('Sign in', { response: [message('users.wrong_passkey')] }) },
    }),
  ],
  [
    'sign-in-passkey-autofill',
    signInPage('pages/identification', [], {
      title: literal('Sign in'),
      challenge: {
        passkey_challenge: options,
        fields: [
          field('uid_field', 'username', { label: json('Username'), autocomplete: 'username webauthn' }),
          passkey('passkey', 'passkey_autofill'),
        ],
      },
      form: submit('Continue'),
      links: [{ href: '/join/if/flow/passwordless/', label: message('stage.identification.passwordless') }],
    }),
  ],
  [
    'second-factor-wrong',
    signInPage('pages/authenticator', [], {
      ...{ title: literal('Confirm it’s you'), challenge: validate },
      form: submit('Sign in', { code: [literal('That code isn’t right, or it was already used. Try the next one.')] }),
      links: [{ href: '/join/if/flow/sign-in/cancel/', label: message('link.cancel'), quiet: true }],
    }),
  ],
]);
