import { refuseSettings } from '../base/settings.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { provedUser } from '../flow/proved-user.js';
import type { Authenticator } from '../ports/authenticators.js';

type Type = Authenticator['type'];

const known: readonly Type[] = ['totp', 'recovery_codes', 'webauthn'];

/**
 * Passes for a user of the plan who has no authenticator yet, or none of these types: for a stage that sets one up, or
 * refuses. It stands before `validateAuthenticator`: bound after it, an authenticator that is added meanwhile would skip
 * both.
 */
export function ifNoAuthenticator(types?: Type | readonly Type[]): Policy {
  const wanted: readonly Type[] = types === undefined ? known : [types].flat();
  if (wanted.length === 0 || !wanted.every((type) => known.includes(type)))
    refuseSettings('ifNoAuthenticator', {}, ["a type must be 'totp', 'recovery_codes' or 'webauthn'"]);
  return kitPolicy('ifNoAuthenticator', [types], {
    withoutFactors: wanted,
    name: wanted.length > 1 ? 'if-no-authenticator' : `if-no-${wanted.join().replace('_', '-')}`,
    async check({ context, facts, services }) {
      const userId = provedUser({ context, facts });
      if (userId === undefined || services.secondFactors === undefined)
        throw new TypeError('ifNoAuthenticator needs a user in the plan and the option authenticators');
      return !(await services.secondFactors.typesOf(userId)).some((type) => wanted.includes(type));
    },
  });
}
