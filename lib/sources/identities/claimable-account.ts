import type { Connections } from '../../ports/connections.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { UserStore } from '../../ports/user-store.js';

interface ClaimableParts<User> {
  readonly users: Pick<UserStore<User>, 'toProfile' | 'findByLogin' | 'passwordHash'>;
  readonly connections: Connections;
  readonly redemptions: Redemptions | null;
}

/**
 * The account that was created in advance for the owner of a verified address, and that has no sign-in yet: active,
 * with exactly this address, without a password, a connection or a redemption. An account of a user who signed up with
 * an unverified address belongs to that user, who may still be signed in. `null`: there is none, or the store cannot
 * tell. An invitation that is bound to the address must also be redeemed for it; the address alone claims nothing.
 */
export async function claimableAccount<User>(
  { users, connections, redemptions }: ClaimableParts<User>,
  { email, emailVerified }: Pick<PendingIdentity, 'email' | 'emailVerified'>,
): Promise<{ readonly user: User; readonly id: string } | null> {
  if (email === null || !emailVerified) return null;
  if (users.passwordHash === undefined || connections.hasConnection === undefined) return null;
  if (redemptions?.hasRedemption === undefined) return null;
  const user = await users.findByLogin('email', email);
  if (user === null) return null;
  const { id, active, email: address } = users.toProfile(user);
  if (!active || address !== email || (await users.passwordHash(user)) !== null) return null;
  if (await connections.hasConnection(id)) return null;
  return (await redemptions.hasRedemption(id)) ? null : { user, id };
}
