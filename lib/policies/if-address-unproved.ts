import { isUnprovedAddress } from '../base/unproved-address.js';
import { kitPolicy, type Policy } from '../flow/policy.js';
import { accountOf } from './account-of.js';

/**
 * Passes for accounts with an address that was typed and never proved. It never passes where `toProfile` leaves
 * `emailVerified` out.
 */
export function ifAddressUnproved(): Policy {
  return kitPolicy('ifAddressUnproved', [], {
    name: 'if-address-unproved',
    async check(question) {
      const profile = await accountOf(question);
      return profile !== null && typeof profile.email === 'string' && isUnprovedAddress(profile);
    },
  });
}
