import { isUnprovedAddress } from '../base/unproved-address.js';
import type { UserProfile, UserStore } from '../ports/user-store.js';

/** An account that lost an address that it never proved. */
export interface ReleasedAddress {
  readonly user: string;
  readonly address: string;
}

/**
 * True where the account gives its address up to a person who has proved it: the account never proved it,
 * and may be of a person who typed another's address before its owner arrived ("Pre-hijacked Accounts", 2022). What
 * an account that is switched off has stays, and so does everything in a store that cannot change accounts.
 */
export function releasesAddress<User>(users: Pick<UserStore<User>, 'update'>, profile: UserProfile): boolean {
  return users.update !== undefined && profile.active && isUnprovedAddress(profile);
}

/** Takes an address that its owner has proved from another account that never did; `own`: the id of the owner's. */
export async function releaseAddress<User>(
  users: UserStore<User>,
  address: string,
  own: string | null,
): Promise<ReleasedAddress | null> {
  const holder = await users.findByLogin('email', address);
  if (holder === null || users.update === undefined) return null;
  const profile = users.toProfile(holder);
  if (profile.id === own || !releasesAddress(users, profile)) return null;
  await users.update(holder, { email: null });
  return { user: profile.id, address };
}
