import type { JsonObject } from '../base/json.js';
import { message, type Parsed } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { defineStage } from '../flow/define-stage.js';
import { type PromptField } from '../flow/stage.js';
import type { LoginField } from '../ports/user-store.js';
import { outcomeOf, verifyCredentials } from './verify-credentials.js';
import { identifierField, passwordField, readPassword, readTick, rememberField } from './sign-in-fields.js';
import { userFieldsRule } from './sign-in-rules.js';

interface PasswordStageSettings {
  /** The fields that the name typed before may match; default a username or an email address. */
  readonly userFields?: readonly [LoginField, ...LoginField[]];
  /** True: asks whether to stay signed in; a later `userLogin` with `rememberMeSeconds` says for how long. */
  readonly rememberMe?: boolean;
  /** After this many wrong passwords the plan ends, and the user starts again with the name; default 5. */
  readonly failedAttemptsBeforeCancel?: number;
}

type PasswordAnswers = { readonly password: Secret; readonly remember_me: boolean | undefined };

/**
 * Asks for the password of the name from an `identification` stage. The name is looked up only now. Passes without a page
 * where an earlier stage has asked for the password and no name was typed since.
 */
export const passwordStage = defineStage<
  PasswordStageSettings,
  { readonly fields: readonly PromptField[] } & JsonObject,
  PasswordAnswers,
  'pending_user' | 'pending_user_identifier' | 'remember_me' | 'auth_method'
>({
  kind: 'password',
  settings: (joi) => ({
    userFields: userFieldsRule(joi),
    rememberMe: joi.boolean(),
    failedAttemptsBeforeCancel: joi.number().integer().min(1),
  }),
  component: 'ak-stage-password',
  offersSources: 'proof',
  view: 'pages/password',
  requires: ['credentials'],
  needs: ['pending_user_identifier'],
  writes: ({ rememberMe }) => [
    'pending_user',
    'pending_user_identifier',
    'auth_method',
    ...(rememberMe === true ? (['remember_me'] as const) : []),
  ],
  fields: (settings) => asked(settings),
  consumes: (settings) => asked(settings),
  serverFields: () => ['uid_field'],
  secretFields: () => ['password'],
  submit: () => message('sign_in.submit'),

  // Bound twice: the first page has used up the name.
  satisfied: (_, { context, authenticated }) =>
    context.pending_user_identifier === undefined &&
    context.auth_method === 'password' &&
    context.pending_user !== undefined &&
    authenticated?.user === context.pending_user,

  challenge: (settings, at) =>
    Promise.resolve({
      fields: [
        identifierField(userFields(settings), at.context.pending_user_identifier ?? '', true),
        passwordField(),
        ...(settings.rememberMe === true ? [rememberField()] : []),
      ],
    }),

  read(input, settings): Promise<Parsed<PasswordAnswers>> {
    const password = readPassword(input['password']);
    if ('error' in password) return Promise.resolve({ ok: false, errors: { password: [password.error] } });
    const remember_me = settings.rememberMe === true ? readTick(input['remember_me']) : undefined;
    return Promise.resolve({ ok: true, value: { password: password.value, remember_me } });
  },

  async respond({ password, remember_me }, settings, at) {
    const identifier = at.context.pending_user_identifier;
    if (identifier === undefined) return { type: 'denied', message: message('stage.password.no_account') };
    const answer = await verifyCredentials({ identifier, password, fields: userFields(settings) }, at);
    if (answer.type === 'wrong' && answer.failures >= (settings.failedAttemptsBeforeCancel ?? 5))
      return { type: 'denied', message: message('stage.password.cancelled') };
    const outcome = outcomeOf(answer, remember_me);
    return outcome.type === 'completed' ? { ...outcome, remove: ['pending_user_identifier'] } : outcome;
  },
});

function userFields(settings: PasswordStageSettings): readonly LoginField[] {
  return settings.userFields ?? ['username', 'email'];
}

function asked(settings: PasswordStageSettings): readonly string[] {
  return ['password', ...(settings.rememberMe === true ? ['remember_me'] : [])];
}
