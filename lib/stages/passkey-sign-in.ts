import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { checkPackage } from '../base/optional-package.js';
import type { Secret } from '../base/secret.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { StageOutcome } from '../flow/outcome.js';
import type { AskingStage, PromptField } from '../flow/stage.js';
import type { PasskeyHint } from '../ports/passkeys.js';
import { hintsRule, passkeyField, passkeyPlan, passkeysOf, readPasskey } from './passkey-field.js';

interface PasskeySignInSettings {
  /** Where the browser looks first; default: its own choice. */
  readonly webauthnHints?: readonly PasskeyHint[];
}

/**
 * Signs in with a passkey alone, without a name: for flows of the designation `authentication`. The passkey verifies
 * its user, so that it counts as a second factor too.
 */
const stage = defineStage<
  PasskeySignInSettings,
  { readonly fields: readonly PromptField[]; readonly passkey_challenge: JsonObject | null } & JsonObject,
  { readonly response: Secret },
  'pending_user' | 'second_factor' | 'auth_method'
>({
  kind: 'authenticator_validate',
  factory: 'passkey_sign_in',
  settings: (joi) => ({ webauthnHints: hintsRule(joi) }),
  component: 'ak-stage-authenticator-validate',
  view: 'pages/authenticator',
  secondFactor: () => ({ use: 'identifies', types: ['webauthn'], verifiesUser: true }),
  requires: ['authenticators', 'webauthn'],
  writes: ['pending_user', 'second_factor', 'auth_method'],
  fields: () => ['response'],
  consumes: () => ['response'],
  secretFields: () => ['response'],
  submit: () => message('sign_in.submit'),

  async challenge({ webauthnHints: hints = [] }, at) {
    return { passkey_challenge: await passkeyChallenge(at, hints), fields: [passkeyField('response')] };
  },

  read(input) {
    const response = readPasskey(input['response']);
    return response === null
      ? { ok: false, errors: { response: [message('authenticator.webauthn.blank')] } }
      : { ok: true, value: { response } };
  },

  async respond({ response }, _settings, at) {
    const outcome = await identifyByPasskey(response, 'response', at);
    const user = outcome.type === 'completed' ? outcome.patch?.pending_user : undefined;
    if (user === undefined || !(await isAboutOther(at, user))) return outcome;
    return { type: 'invalid', errors: { response: [message('users.wrong_passkey')] } };
  },
});

/** True where the plan is about another account: policies have decided about that of the name that was typed, too. */
async function isAboutOther({ context, services }: StageContext, userId: string): Promise<boolean> {
  const { pending_user: proved, pending_user_identifier: typed } = context;
  if (proved !== undefined) return proved !== userId;
  return typed !== undefined && (await services.profiles.findByTyped(typed, ['username', 'email']))?.id !== userId;
}

/** What the browser is asked; `null` in a flow that signs no user in. */
export async function passkeyChallenge(
  at: StageContext,
  hints: readonly PasskeyHint[] = [],
): Promise<JsonObject | null> {
  if (at.flow.designation !== 'authentication') return null;
  return passkeysOf(at).request(passkeyPlan(at), { userVerification: 'required', hints });
}

/** Makes the owner of the passkey that answered the plan's user. An error stands beside `field`. */
export async function identifyByPasskey(
  response: Secret,
  field: string,
  at: StageContext,
): Promise<StageOutcome<'pending_user' | 'second_factor' | 'auth_method'>> {
  if (at.flow.designation !== 'authentication') return { type: 'denied', message: message('authenticator.no_account') };
  const answer = await passkeysOf(at).identify(passkeyPlan(at), response);
  switch (answer.type) {
    case 'right':
      return {
        type: 'completed',
        patch: { pending_user: answer.userId, second_factor: answer.userId, auth_method: 'auth_webauthn_pwl' },
        evidence: { type: 'stage_verified', user: answer.userId },
      };
    case 'wrong':
      return { type: 'invalid', errors: { [field]: [answer.message] } };
    case 'throttled':
      return { type: 'invalid', errors: { '': [answer.message] }, retryAfterSeconds: answer.retryAfterSeconds };
  }
}

/**
 * Signs in with a passkey alone. Needs the package `@simplewebauthn/server`.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings, and without the package
 */
export function passkeySignIn(settings: Parameters<typeof stage>[0]): AskingStage {
  const made = stage({
    title: message('authenticator.passkey.title'),
    intro: message('authenticator.passkey.intro'),
    ...settings,
  });
  checkPackage('@simplewebauthn/server', 'passkeySignIn');
  return made;
}
