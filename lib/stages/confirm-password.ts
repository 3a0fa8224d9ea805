import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { defineStage } from '../flow/define-stage.js';
import type { PromptField } from '../flow/stage.js';
import { ownLogin, ownLoginField } from './own-login.js';
import { passwordField, readPassword } from './sign-in-fields.js';
import { outcomeOf, verifyCredentials } from './verify-credentials.js';

/**
 * Asks a signed-in user for their password before something that changes how they sign in: a session that was left
 * open, or stolen, is not enough for it.
 */
export const confirmPassword = defineStage<
  object,
  { readonly fields: readonly PromptField[] } & JsonObject,
  { readonly password: Secret },
  'pending_user' | 'remember_me' | 'auth_method'
>({
  kind: 'password',
  factory: 'confirm_password',
  settings: () => ({}),
  component: 'ak-stage-password',
  view: 'pages/password',
  requires: ['credentials'],
  writes: ['pending_user', 'auth_method'],
  fields: () => ['password'],
  consumes: () => ['password'],
  serverFields: () => ['uid_field'],
  secretFields: () => ['password'],
  submit: () => message('form.submit'),

  async challenge(_settings, at) {
    return { fields: [...(await ownLoginField(at, at.facts.user)), passwordField()] };
  },

  read(input) {
    const password = readPassword(input['password']);
    return 'error' in password
      ? { ok: false, errors: { password: [password.error] } }
      : { ok: true, value: { password: password.value } };
  },

  async respond({ password }, _settings, at) {
    const login = await ownLogin(at, at.facts.user);
    if (login === null) return { type: 'denied', message: message('authenticator.no_account') };
    const answer = await verifyCredentials({ identifier: login.value, password, fields: [login.field] }, at);
    // Never the account of another user, whatever the user store's names are.
    if (answer.type === 'right' && answer.userId !== at.facts.user)
      return { type: 'denied', message: message('authenticator.no_account') };
    return outcomeOf(answer, undefined);
  },
});
