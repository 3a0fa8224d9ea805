import { refuseSettings } from '../base/settings.js';
import { definePolicy, type Policy } from '../flow/policy.js';
import type { Authenticator } from '../ports/authenticators.js';

/**
 * Passes for a user of the plan who has no authenticator yet, or none of this type: for a stage that sets one up, or
 * refuses. It stands before `validateAuthenticator`: bound after it, an authenticator that is added meanwhile would skip
 * both.
 */
export function ifNoAuthenticator(type?: Authenticator['type']): Policy {
  const known: readonly unknown[] = [undefined, 'totp', 'recovery_codes'];
  if (!known.includes(type)) refuseSettings('ifNoAuthenticator', {}, ["the type must be 'totp' or 'recovery_codes'"]);
  return definePolicy({
    name: type === undefined ? 'if-no-authenticator' : `if-no-${type.replace('_', '-')}`,
    async check({ context, services }) {
      const { pending_user: userId } = context;
      if (userId === undefined || services.secondFactors === undefined)
        throw new TypeError('ifNoAuthenticator needs a user in the plan and the option authenticators');
      const types = await services.secondFactors.typesOf(userId);
      return type === undefined ? types.length === 0 : !types.includes(type);
    },
  });
}
