import type { JsonObject } from '../base/json.js';
import type { UserProfile } from '../ports/user-store.js';

/**
 * A user of the kit's own stores. The password hash is stored separately: users are logged, sent to pages and put into
 * sessions.
 */
export interface StoredUser {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  /**
   * True where the address was proved, false where it was changed without a proof. Left out or `null`: not known, as
   * for an address that was only typed at the sign-up.
   */
  readonly emailVerified?: boolean | null;
  readonly name: string | null;
  readonly data: JsonObject;
  readonly active: boolean;
  /** When the password was last set, in milliseconds since 1970. Left out or `null`: there is none, or it is not known. */
  readonly passwordChangedAt?: number | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export function storedProfile(user: StoredUser): UserProfile {
  const { id, username, email, emailVerified = null, name, data, active, passwordChangedAt = null } = user;
  return { id, username, email, emailVerified, name, data, active, passwordChangedAt };
}

/** `emailVerified` after a change: a proof is of one address, and void for another. */
export function verifiedAfter(
  { email: present, emailVerified = null }: StoredUser,
  {
    email = present,
    emailVerified: given,
  }: { readonly email: string | null | undefined; readonly emailVerified: boolean | null | undefined },
): boolean | null {
  if (email === null) return null;
  if (given !== undefined) return given;
  return email === present ? emailVerified : false;
}
