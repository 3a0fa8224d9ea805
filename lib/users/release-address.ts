import { canonicalEmail } from '../base/canonical.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { UserProfile, UserStore } from '../ports/user-store.js';
import type { AccountLock, HeldAccount } from '../ports/account-lock.js';

/** An account that lost an address that it never proved. */
export interface ReleasedAddress {
  readonly user: string;
  readonly address: string;
  /** Tells the write that takes it from any other; the same for its next try. */
  readonly by: string;
}

export interface ReleaseParts<User> {
  readonly users: UserStore<User>;
  readonly accountLock: AccountLock;
  /** Called right before an account loses an address; the function that it returns, once the address has its owner. */
  readonly releasing: (lost: ReleasedAddress) => Promise<() => Promise<void>>;
  readonly log: EnrollmentLogger;
}

interface ProvedWrite<T> {
  /** The address that its owner has proved, canonical. */
  readonly address: string;
  /** The id of the owner's account; `null`: it is being created. */
  readonly own: string | null;
  /** As in `ReleasedAddress`. */
  readonly by: string;
  /** Gives the address to the owner's account. */
  write(): Promise<T>;
  /** True where a write that failed was stored nevertheless. Left out: the account that has the address tells. */
  isWritten?(): Promise<boolean>;
  /** True: an account that is not active gives it up as well. Left out: it keeps it. */
  readonly fromInactive?: boolean;
  /** Called where the user store refuses to take the address from the other account. */
  refused?(): void;
}

/**
 * True where the account gives its address up to a person who has proved it: the account never proved it,
 * and may be of a person who typed another's address before its owner arrived ("Pre-hijacked Accounts", 2022). What
 * an account that is switched off has stays, and so does everything in a store that cannot change accounts.
 */
export function releasesAddress<User>(
  users: Pick<UserStore<User>, 'update'>,
  profile: UserProfile,
  fromInactive = false,
): boolean {
  return users.update !== undefined && (profile.active || fromInactive) && isUnprovedAddress(profile);
}

/**
 * Writes a proved address, which another account that never proved it gives up. Where the write fails, that account
 * gets it back.
 * @throws what the write throws, and what the user store throws where it cannot take the address from the other account
 */
export async function writeReleased<T, User>(parts: ReleaseParts<User>, proved: ProvedWrite<T>): Promise<T> {
  const { users, accountLock } = parts;
  const { address, own, by, write, fromInactive } = proved;
  const found = await users.findByLogin('email', address);
  const profile = found === null ? null : users.toProfile(found);
  if (profile === null || profile.id === own || !releasesAddress(users, profile, fromInactive)) return write();
  return accountLock(profile.id, async (held) => {
    // Looked up again: the account may have proved this address meanwhile, or another one.
    const holder = await users.findById(profile.id);
    const isHeld = holder !== null && has(users.toProfile(holder), address);
    if (!isHeld || !releasesAddress(users, users.toProfile(holder), fromInactive)) return write();
    const tell = await parts.releasing({ user: profile.id, address, by });
    await held.confirm();
    await release(parts, holder, proved);
    try {
      const written = await write();
      await tell();
      return written;
    } catch (error) {
      await settle(parts, { before: users.toProfile(holder), held }, { ...proved, tell });
      throw error;
    }
  });
}

async function release<User>(
  { users, log }: ReleaseParts<User>,
  holder: User,
  { refused }: ProvedWrite<unknown>,
): Promise<void> {
  try {
    await users.update?.(holder, { email: null });
  } catch (error) {
    // The page says that the address is taken: only the log has the cause.
    const about = { err: error, user: users.toProfile(holder).id };
    log.error(about, 'the user store does not let an account give up an address that it never proved');
    refused?.();
    throw error;
  }
}

/**
 * After a write that failed: the address goes back to the account that had it, as it had it, unless the write was stored.
 * `before`: the account before the release.
 */
async function settle<User>(
  parts: ReleaseParts<User>,
  { before, held }: { readonly before: UserProfile; readonly held: HeldAccount },
  proved: ProvedWrite<unknown> & { tell(): Promise<void> },
): Promise<void> {
  const { users, log } = parts;
  const { id: holderId, email = null, emailVerified = null } = before;
  const { address, tell, isWritten = async () => (await users.findByLogin('email', address)) !== null } = proved;
  try {
    if (await isWritten()) return await tell();
    const holder = await users.findById(holderId);
    const isFree = (await users.findByLogin('email', address)) === null;
    const hasNone = holder !== null && (users.toProfile(holder).email ?? null) === null;
    if (!isFree || !hasNone) return;
    await held.confirm();
    await users.update?.(holder, { email, emailVerified });
  } catch (error) {
    log.error({ err: error, user: holderId }, 'an address that was not taken over could not be given back');
  }
}

function has({ email }: UserProfile, address: string): boolean {
  return canonicalEmail(email ?? '') === address;
}
