import type { JsonObject } from '../base/json.js';
import { message, messageJson } from '../base/message.js';
import { checkPackage } from '../base/optional-package.js';
import type { Secret } from '../base/secret.js';
import { defineStage } from '../flow/define-stage.js';
import type { AskingStage, PromptField } from '../flow/stage.js';
import type { PasskeyHint, PasskeyRegistrationRules, PasskeyWish } from '../ports/passkeys.js';
import { factorUser } from './authenticator-user.js';
import { hintsRule, passkeyField, passkeyPlan, passkeysOf, readPasskey, wishRule } from './passkey-field.js';
import { setUpOutcome } from './set-up-outcome.js';

interface WebauthnSetupSettings {
  /** Whether the authenticator verifies its user, by a PIN, a fingerprint or a face; default `preferred`. */
  readonly userVerification?: PasskeyWish;
  /** Whether the passkey can be used without a name, as passwordless sign-in needs it; default `preferred`. */
  readonly residentKey?: PasskeyWish;
  /** `platform`: of this device only; `cross-platform`: a security key or a phone. Default: either. */
  readonly authenticatorAttachment?: 'platform' | 'cross-platform';
  /** Where the browser looks first; default: its own choice. */
  readonly hints?: readonly PasskeyHint[];
  /** How many passkeys a user may have; default 20. */
  readonly maxPasskeys?: number;
}

/** Sets up a passkey for the plan's user: on this device, on a phone, or on a security key. It needs JavaScript. */
const stage = defineStage<
  WebauthnSetupSettings,
  { readonly fields: readonly PromptField[]; readonly registration: JsonObject | null } & JsonObject,
  { readonly response: Secret },
  'second_factor'
>({
  kind: 'authenticator_webauthn',
  settings: (joi) => ({
    userVerification: wishRule(joi),
    residentKey: wishRule(joi),
    authenticatorAttachment: joi.valid('platform', 'cross-platform'),
    hints: hintsRule(joi),
    maxPasskeys: joi.number().integer().min(1).max(100),
  }),
  component: 'ak-stage-authenticator-webauthn',
  view: 'pages/authenticator',
  needsRecentAuthentication: true,
  secondFactor: ({ userVerification }) => ({
    use: 'sets_up',
    types: ['webauthn'],
    verifiesUser: userVerification === 'required',
  }),
  requires: ['authenticators', 'webauthn'],
  needs: ['pending_user'],
  writes: ['second_factor'],
  fields: () => ['response'],
  consumes: () => ['response'],
  secretFields: () => ['response'],
  submit: () => message('authenticator.webauthn.submit'),

  async challenge(settings, at) {
    const user = factorUser(at);
    if (user === null) return { fields: [], registration: null };
    const registration = await passkeysOf(at).registration(
      { ...passkeyPlan(at), userId: user.userId },
      rulesOf(settings),
    );
    const again = registration === null ? { submit: messageJson(message('link.try_again')) } : {};
    return { registration, fields: [passkeyField('response')], ...again };
  },

  read(input) {
    const response = readPasskey(input['response']);
    return response === null
      ? { ok: false, errors: { response: [message('authenticator.webauthn.blank')] } }
      : { ok: true, value: { response } };
  },

  async respond({ response }, settings, at) {
    const user = factorUser(at);
    if (user === null) return { type: 'denied', message: message('authenticator.no_account') };
    const plan = { ...passkeyPlan(at), ...user };
    const answer = await passkeysOf(at).register(plan, response, rulesOf(settings));
    return setUpOutcome(answer, user.userId, {
      notice: message('notice.passkey_added'),
      wrong: (said) => ({ response: [said] }),
    });
  },
});

function rulesOf(settings: WebauthnSetupSettings): PasskeyRegistrationRules {
  const { userVerification = 'preferred', residentKey = 'preferred', hints = [], maxPasskeys: most = 20 } = settings;
  return { userVerification, residentKey, hints, most, attachment: settings.authenticatorAttachment ?? null };
}

/**
 * Sets up a passkey. Needs the package `@simplewebauthn/server`.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings, and without the package
 */
export function webauthnSetup(settings: Parameters<typeof stage>[0]): AskingStage {
  const made = stage({
    title: message('authenticator.webauthn.title'),
    intro: message('authenticator.webauthn.intro'),
    ...settings,
  });
  checkPackage('@simplewebauthn/server', 'webauthnSetup');
  return made;
}
