import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { defineStage } from '../flow/define-stage.js';
import type { PromptField } from '../flow/stage.js';
import { accountField, enrollInstead, enrollInsteadButton, wantsToEnroll } from './enroll-instead.js';
import { identifierField, passwordField, readPassword } from './sign-in-fields.js';
import { outcomeOf, verifyCredentials } from './verify-credentials.js';

const userFields = ['username', 'email'] as const;
const mostFailures = 5;

/**
 * Asks for the password of the account that the identity of a source is to be connected to. Where the account never
 * proved its address, which the source vouches for, a button leads to an account of one's own.
 */
export const connectPassword = defineStage<
  object,
  { readonly fields: readonly PromptField[] } & JsonObject,
  { readonly password: Secret | null },
  'pending_user' | 'pending_user_identifier' | 'remember_me' | 'auth_method'
>({
  kind: 'password',
  factory: 'connect_password',
  settings: () => ({}),
  component: 'ak-stage-password',
  offersSources: 'proof',
  view: 'pages/password',
  requires: ['credentials'],
  needs: ['pending_user_identifier'],
  writes: ['pending_user', 'pending_user_identifier', 'auth_method'],
  fields: () => ['password', accountField],
  consumes: () => ['password', accountField],
  serverFields: () => ['uid_field'],
  secretFields: () => ['password'],
  submit: () => message('sign_in.submit'),

  async challenge(_settings, at) {
    const name = identifierField(userFields, at.context.pending_user_identifier ?? '', true);
    return { fields: [name, passwordField()], ...enrollInsteadButton(at) };
  },

  read(input, _settings, at) {
    if (wantsToEnroll(input, at)) return { ok: true, value: { password: null } };
    const password = readPassword(input['password']);
    return 'error' in password
      ? { ok: false, errors: { password: [password.error] } }
      : { ok: true, value: { password: password.value } };
  },

  async respond({ password }, _settings, at) {
    if (password === null) return enrollInstead(at);
    const { pending_user_identifier: identifier } = at.context;
    if (identifier === undefined) return { type: 'denied', message: message('stage.password.no_account') };
    const answer = await verifyCredentials({ identifier, password, fields: userFields }, at);
    if (answer.type === 'wrong' && answer.failures >= mostFailures)
      return { type: 'denied', message: message('stage.password.cancelled') };
    const outcome = outcomeOf(answer, undefined);
    return outcome.type === 'completed' ? { ...outcome, remove: ['pending_user_identifier'] } : outcome;
  },
});
