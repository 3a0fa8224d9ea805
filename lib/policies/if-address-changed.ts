import { canonicalEmail } from '../base/canonical.js';
import { getPath } from '../base/json.js';
import { kitPolicy, type Policy } from '../flow/policy.js';

/** Passes where the signed-in user typed another address than the account's. */
export function ifAddressChanged(): Policy {
  return kitPolicy('ifAddressChanged', [], {
    name: 'if-address-changed',
    async check({ context, facts, services }) {
      const typed = getPath(context.prompt_data ?? {}, 'email');
      if (typeof typed !== 'string' || typed === '' || facts.user === undefined) return false;
      const profile = await services.profiles.find(facts.user);
      return canonicalEmail(typed) !== canonicalEmail(profile?.email ?? '');
    },
  });
}
