import { refuseSettings, settingsCheck } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { provedUser } from '../flow/proved-user.js';
import type { Authenticator } from '../ports/authenticators.js';

type Type = Authenticator['type'];

interface IfNoAuthenticatorSettings {
  /**
   * The key of the later step that asks for the authenticator: where it is not in the plan, or its policies skip it, the
   * policy does not pass. Default: it is decided without that step.
   */
  readonly step?: string;
}

const known: readonly Type[] = ['totp', 'recovery_codes', 'webauthn'];

const checkSettings = settingsCheck<IfNoAuthenticatorSettings>('ifNoAuthenticator', (joi) => ({ step: joi.string() }));

/**
 * Passes for a user of the plan who has no authenticator yet, or none of these types: for a stage that sets one up, or
 * refuses. It stands before `validateAuthenticator`: bound after it, an authenticator that is added meanwhile would skip
 * both.
 * @throws ERR_ENROLLMENT_CONFIG for wrong types and settings
 */
export function ifNoAuthenticator(types?: Type | readonly Type[], settings: IfNoAuthenticatorSettings = {}): Policy {
  const wanted: readonly Type[] = types === undefined ? known : [types].flat();
  if (wanted.length === 0 || !wanted.every((type) => known.includes(type)))
    refuseSettings('ifNoAuthenticator', {}, ["a type must be 'totp', 'recovery_codes' or 'webauthn'"]);
  checkSettings(settings);
  const { step } = settings;
  const given = step !== undefined ? [wanted, { step }] : types === undefined ? [] : [types];
  return kitPolicy('ifNoAuthenticator', given, {
    withoutFactors: wanted,
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
      return !(await services.secondFactors.typesOf(userId)).some((type) => wanted.includes(type));
    },
  });
}
