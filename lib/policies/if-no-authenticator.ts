import { authenticatorTypes, type AuthenticatorType } from '../base/authenticator-types.js';
import { refuseSettings, settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { provedUser } from '../flow/proved-user.js';

interface IfNoAuthenticatorSettings {
  /**
   * The key of the later step that asks for the authenticator: where it is not in the plan, or its policies skip it, the
   * policy does not pass. Default: it is decided without that step.
   */
  readonly step?: string;
  /**
   * For a stage that sets up one of these types: true also demands of a user who has an authenticator of another type
   * that they proved one in this plan. Default false.
   */
  readonly othersProved?: boolean;
}

const checkSettings = settingsCheck<IfNoAuthenticatorSettings>('ifNoAuthenticator', (joi) => ({
  step: joi.string(),
  othersProved: joi.boolean(),
}));

/**
 * Passes for a user of the plan who has no authenticator yet, or none of these types: for a stage that sets one up, or
 * refuses. It stands before `validateAuthenticator`: bound after it, an authenticator that is added meanwhile would skip
 * both.
 * @throws ERR_ENROLLMENT_CONFIG for wrong types and settings
 */
export function ifNoAuthenticator(
  types?: AuthenticatorType | readonly AuthenticatorType[],
  settings: IfNoAuthenticatorSettings = {},
): Policy {
  const wanted: readonly AuthenticatorType[] = types === undefined ? authenticatorTypes : [types].flat();
  if (wanted.length === 0 || !wanted.every((type) => authenticatorTypes.includes(type)))
    refuseSettings('ifNoAuthenticator', {}, ["a type must be 'totp', 'recovery_codes' or 'webauthn'"]);
  checkSettings(settings);
  const { step, othersProved = false } = settings;
  const more = { ...(step === undefined ? {} : { step }), ...(othersProved ? { othersProved } : {}) };
  const given = Object.keys(more).length > 0 ? [wanted, more] : types === undefined ? [] : [types];
  return kitPolicy('ifNoAuthenticator', given, {
    withoutFactors: othersProved ? authenticatorTypes : wanted,
    ...(step === undefined ? {} : { laterStep: step }),
    name: wanted.length > 1 ? 'if-no-authenticator' : `if-no-${wanted.join().replace('_', '-')}`,
    async check({ context, facts, services, stepApplies }) {
      if (step !== undefined) {
        if (stepApplies === undefined)
          throw new TypeError(`ifNoAuthenticator needs a binding before the step '${step}', evaluated again`);
        if (!(await stepApplies(step))) return false;
      }
      const userId = provedUser({ context, facts });
      if (userId === undefined || services.secondFactors === undefined)
        throw new TypeError('ifNoAuthenticator needs a user in the plan and the option authenticators');
      const held = await services.secondFactors.typesOf(userId);
      if (held.some((type) => wanted.includes(type))) return false;
      return !othersProved || held.length === 0 || context.second_factor === userId;
    },
  });
}
