import type { JsonObject } from '../../../lib/base/json.js';
import { message } from '../../../lib/base/message.js';
import { literal } from '../../../lib/flow/policy.js';
import type { PageModel } from '../../../lib/pages/page-model.js';
import { field, form, page, said } from './samples.js';

const cancel = { href: '/join/if/flow/sign-in/cancel/', label: message('link.cancel'), quiet: true };

const forgotten = { href: '/forgotten', label: message('stage.identification.recovery') };

export const signInFields = [
  field('uid_field', 'username', { label: said('sign_in.username_or_email'), autocomplete: 'username' }),
  field('password', 'password', { label: said('flow.invite.password'), autocomplete: 'current-password' }),
  field('remember_me', 'checkbox', { label: said('sign_in.remember_me'), required: false }),
];

/** Those of the second page: the name is known by then, and stays for password managers. */
export const passwordFields = [
  field('uid_field', 'username_read_only', {
    label: said('sign_in.username_or_email'),
    initial_value: 'ann@example.com',
    required: false,
    autocomplete: 'username',
  }),
  ...signInFields.slice(1),
];

/** A page of the ready-made sign-in flow. */
export function signInPage(view: string, fields: readonly JsonObject[], more: Partial<PageModel> = {}): PageModel {
  return page(view, {
    flow: { slug: 'sign-in', title: message('flow.sign_in.title') },
    stage: 'identification',
    title: message('flow.sign_in.title'),
    challenge: { fields },
    form: form({ action: '/join/if/flow/sign-in/', submit: message('flow.sign_in.title') }),
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
        errors: { '': [message('users.not_signed_in')] },
        submit: message('flow.sign_in.title'),
      }),
    }),
  ],
  ['identification-name-alone', signInPage('pages/identification', signInFields.slice(0, 1), { links: [] })],
  [
    'password',
    signInPage('pages/password', passwordFields, {
      stage: 'password',
      title: message('flow.sign_in.password'),
      links: [forgotten, cancel],
    }),
  ],
  [
    'password-wrong',
    signInPage('pages/password', passwordFields, {
      stage: 'password',
      title: message('flow.sign_in.password'),
      form: form({
        errors: { password: [message('sign_in.blank.password')], remember_me: [literal('Not on this device.')] },
        submit: message('flow.sign_in.title'),
      }),
      links: [forgotten, cancel],
    }),
  ],
  [
    'confirm-password',
    signInPage('pages/password', passwordFields.slice(0, 2), {
      flow: { slug: 'account-authenticators', title: message('flow.account.authenticators') },
      ...{ stage: 'password', title: message('authenticator.password.title') },
      form: form({ action: '/join/if/flow/account-authenticators/' }),
      links: [{ href: '/join/if/flow/account/', label: message('link.account'), quiet: true }],
    }),
  ],
]);
