import { canonicalEmail } from '../base/canonical.js';
import { EnrollmentError } from '../base/error.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import type { PasswordChange } from '../ports/accounts.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { UserStore } from '../ports/user-store.js';
import type { AccountLock, HeldAccount } from '../ports/account-lock.js';
import type { PrepareUndo } from './prepare-undo.js';
import { forgetUser, type UserRecords } from './forget-user.js';
import { replacePassword } from './replace-password.js';

interface PasswordChangeParts<User> {
  readonly users: UserStore<User>;
  readonly rehashed: Pick<RehashedPasswords, 'digestsOf'>;
  readonly records: UserRecords;
  readonly accountLock: AccountLock;
  /** Ends all sessions of a user, and the evidence. */
  readonly endSessions: (userId: string) => Promise<void>;
  /** `null`: no change of an address can be undone. */
  readonly prepareUndo: PrepareUndo<User> | null;
}

/**
 * `Accounts.changePassword`, under the account's lock: what undoes a change meanwhile is not followed by a password of
 * the person whose change it undid.
 * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `update` or no `passwordHash`
 */
export async function changePassword<User>(
  parts: PasswordChangeParts<User>,
  userId: string,
  change: PasswordChange,
): Promise<boolean> {
  const { users, accountLock } = parts;
  if (users.update === undefined || users.passwordHash === undefined)
    throw new EnrollmentError(
      'ERR_ENROLLMENT_USER_STORE',
      'changing a password needs a user store with update and passwordHash',
    );
  return accountLock(userId, (held) => changeAlone(parts, userId, { ...change, held }));
}

async function changeAlone<User>(
  { users, rehashed, records, endSessions, prepareUndo }: PasswordChangeParts<User>,
  userId: string,
  {
    passwordHash,
    at,
    seen,
    address,
    first,
    secondFactor = false,
    holds = always,
    held,
  }: PasswordChange & { readonly held: HeldAccount },
): Promise<boolean> {
  const user = await users.findById(userId);
  const profile = user === null ? null : users.toProfile(user);
  if (user === null || profile?.active !== true) return false;
  const present = (await users.passwordHash?.(user)) ?? null;
  if (present === null && !first) return false;
  // The first of two clicks has written it.
  if (present === passwordHash) return true;
  const passwords = present === null ? [''] : await rehashed.digestsOf(userId, present);
  if (seen !== null && !passwords.includes(seen)) return false;
  if (address !== null && canonicalEmail(profile.email ?? '') !== address) return false;
  if (!(await holds())) return false;
  // Consents are no way in, and tickets end by the new password.
  const { authenticators, connections } = records;
  const isFirstProof = address !== null && isUnprovedAddress(profile) && !secondFactor;
  const forget = (lock?: HeldAccount): Promise<void> =>
    forgetUser({ authenticators, connections, consents: null }, userId, lock);
  // First: where the process stops in between, the next try begins again.
  if (isFirstProof) await forget(held);
  const endUndo =
    address === null ? null : await prepareUndo?.({ user, to: address, isProved: true, announcement: null }, held);
  await held.confirm();
  const written = await replacePassword(users, user, present, {
    passwordHash,
    passwordChangedAt: at,
    ...(address === null ? {} : { emailVerified: true }),
  });
  // The other of two clicks with the same hash may have been first.
  if (!written && (await hashOf(users, userId)) !== passwordHash) return false;
  await endUndo?.();
  if (!isFirstProof) return true;
  // Once more: what a session added meanwhile, also while this process was suspended. The caller ends them too, but that
  // comes later.
  await endSessions(userId);
  await forget();
  return true;
}

const always = (): Promise<boolean> => Promise.resolve(true);

async function hashOf<User>(users: UserStore<User>, userId: string): Promise<string | null> {
  const user = await users.findById(userId);
  return user === null ? null : ((await users.passwordHash?.(user)) ?? null);
}
