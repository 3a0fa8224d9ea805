import { dig } from '../base/json.js';
import { isReservedName } from '../base/reserved-names.js';
import { definePolicy, type Policy } from '../flow/policy.js';

/** Passes where a name is still to be asked for: the provider gave none, one that nobody may have, or one that somebody else has here. */
export function ifUsernameMissing(): Policy {
  return definePolicy({
    name: 'if-username-missing',
    async check({ context, planId, services }) {
      const proposed = dig(context.prompt_data ?? {}, 'username');
      if (typeof proposed !== 'string' || proposed === '' || isReservedName(proposed)) return true;
      return services.accounts.taken('username', proposed, planId);
    },
  });
}
