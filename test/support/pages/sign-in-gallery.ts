import type { JsonObject } from '../../../lib/base/json.js';
import { message } from '../../../lib/base/message.js';
import { literal } from '../../../lib/flow/policy.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { field, form, json, page } from './samples.js';

const cancel = { href: '/join/if/flow/sign-in/cancel/', label: message('link.cancel'), quiet: true };

const forgotten = { href: '/forgotten', label: message('stage.identification.recovery') };

export const signInFields = [
  field('uid_field', 'username', { label: json('Username or email address'), autocomplete: 'username' }),
  field('password', 'password', { label: json('Password'), autocomplete: 'current-password' }),
  field('remember_me', 'checkbox', { label: json('Stay signed in on this device'), required: false }),
];

/** Those of the second page: the name is known by then, and stays for password managers. */
export const passwordFields = [
  field('uid_field', 'username_read_only', {
    label: json('Username or email address'),
    initial_value: 'ann@example.com',
    required: false,
    autocomplete: 'username',
  }),
  ...signInFields.slice(1),
];

/** A page of the ready-made sign-in flow. */
export function signInPage(view: string, fields: readonly JsonObject[], more: Partial<PageModel> = {}): PageModel {
  return page(view, {
    flow: { slug: 'sign-in', title: literal('Sign in') },
    stage: 'identification',
    title: literal('Sign in'),
    challenge: { fields },
    form: form({ action: '/join/if/flow/sign-in/', submit: literal('Sign in') }),
    links: [
      forgotten,
      { href: '/join/if/flow/invite/', label: message('link.create_account'), question: message('link.new_here') },
    ],
    ...more,
  });
}

/** The pages for signing in, in the states that visitors see. */
export const signInGallery: ReadonlyMap<string, PageModel> = new Map([
  ['identification', signInPage('pages/identification', signInFields)],
  [
    'identification-wrong',
    signInPage('pages/identification', signInFields, {
      notice: message('notice.expired'),
      form: form({
        typed: { uid_field: 'ann', remember_me: 'yes' },
        errors: { '': [literal('We couldn’t sign you in with this name and password. Check both, then try again.')] },
        submit: literal('Sign in'),
      }),
    }),
  ],
  ['identification-name-alone', signInPage('pages/identification', signInFields.slice(0, 1), { links: [] })],
  [
    'password',
    signInPage('pages/password', passwordFields, {
      stage: 'password',
      title: literal('Enter your password'),
      links: [forgotten, cancel],
    }),
  ],
  [
    'password-wrong',
    signInPage('pages/password', passwordFields, {
      stage: 'password',
      title: literal('Enter your password'),
      form: form({
        errors: { password: [literal('Enter your password.')], remember_me: [literal('Not on this device.')] },
        submit: literal('Sign in'),
      }),
      links: [forgotten, cancel],
    }),
  ],
]);
