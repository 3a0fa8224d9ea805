import { canonicalEmail } from '../base/canonical.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { StageContext } from '../flow/facts.js';
import type { UserProfile } from '../ports/user-store.js';
import { tellOwner } from './tell-owner.js';

/**
 * Tells the former address of an account that it has another one, where no link that undoes the change was sent there:
 * the app lacks the flow, or the account never proved the address. `before`: the account as it was.
 */
export function tellFormerAddress(at: StageContext, before: UserProfile): void {
  const isOffered =
    at.services.addressUndo !== undefined && canonicalEmail(before.email ?? '') !== null && !isUnprovedAddress(before);
  if (!isOffered) tellOwner(at, 'address_changed', before.id, { before });
}
