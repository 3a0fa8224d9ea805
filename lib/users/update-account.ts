import { canonicalEmail } from '../base/canonical.js';
import { EnrollmentError, isEnrollmentError } from '../base/error.js';
import { message, type FieldErrors, type Message } from '../base/message.js';
import type { HeldAccount } from '../ports/account-lock.js';
import type { AccountUpdate, UpdatedAccount } from '../ports/accounts.js';
import type { AccountChange, LoginField, NewPasswordHash, UserStore } from '../ports/user-store.js';
import { alwaysHeld } from './account-lock.js';
import type { PrepareUndo } from './prepare-undo.js';
import { replacePassword } from './replace-password.js';
import { releasesAddress, writeReleased, type ReleaseParts } from './release-address.js';

interface UpdateParts<User> extends ReleaseParts<User> {
  /** Omitted or `null`: no change of an address can be undone. */
  readonly prepareUndo?: PrepareUndo<User> | null;
}

/**
 * Changes an existing account. A login name that another account has is found before the write, and once more after a
 * write that failed: two people may choose the same name at once.
 * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `update`
 */
export function updateAccount<User>(
  parts: UpdateParts<User>,
  userId: string,
  change: AccountUpdate,
): Promise<UpdatedAccount> {
  if (parts.users.update === undefined)
    throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'changing an account needs a user store with update');
  const opens = change.email !== undefined || change.proved !== undefined || change.password !== undefined;
  const update = (held: HeldAccount): Promise<UpdatedAccount> => updateAlone(parts, userId, { change, held });
  return opens ? parts.accountLock(userId, update) : update(alwaysHeld);
}

async function updateAlone<User>(
  parts: UpdateParts<User>,
  userId: string,
  { change, held }: { readonly change: AccountUpdate; readonly held: HeldAccount },
): Promise<UpdatedAccount> {
  const { users, prepareUndo = null } = parts;
  const user = await users.findById(userId);
  if (user === null || !users.toProfile(user).active) return { type: 'gone' };
  const present = users.toProfile(user).email ?? null;
  const address = change.email === undefined ? present : change.email;
  const isNew = address !== present;
  if ((isNew || change.password !== undefined) && !(await isUpToDate(change, present))) return { type: 'outdated' };
  const taken = await takenFields(users, userId, change, change.proved);
  if (taken !== null) return { type: 'invalid', errors: taken };
  const isProved = address !== null && canonicalEmail(address) === change.proved;
  // Before the write: where it fails, the next try begins again.
  const announcement = change.email === undefined ? null : (change.announcement ?? null);
  const sendNotice =
    announcement === null && !isProved
      ? null
      : await prepareUndo?.({ user, to: address, isProved, announcement }, held);
  const hash = change.password === undefined ? null : ((await users.passwordHash?.(user)) ?? null);
  let isOutdated = false;
  const write = async (): Promise<void> => {
    await held.confirm();
    const written = { ...changeOf(change), ...(isProved || isNew ? { emailVerified: isProved } : {}) };
    if (!hasPassword(written)) await users.update?.(user, written);
    else if (!(await replacePassword(users, user, hash, written))) isOutdated = true;
    if (isOutdated) throw new Error('another password was set meanwhile');
  };
  try {
    if (isNew && isProved) await writeReleased(parts, { address, own: userId, by: userId, write });
    else await write();
  } catch (error) {
    if (isOutdated) return { type: 'outdated' };
    // An account that is being changed may still give the address up: the next try shows it.
    const errors = await takenFields(users, userId, change, isStoreAway(error) ? change.proved : undefined);
    if (errors !== null) return { type: 'invalid', errors };
    // Only the answer was lost where the account has the address now.
    const stored = isNew ? await users.findById(userId) : null;
    if (stored === null || (users.toProfile(stored).email ?? null) !== address) throw error;
  }
  await sendNotice?.();
  return { type: 'updated', addressChanged: isNew };
}

async function isUpToDate({ relied }: AccountUpdate, present: string | null): Promise<boolean> {
  if (relied === undefined) return true;
  const { address } = relied;
  return (address === undefined || address === canonicalEmail(present ?? '')) && (await relied.holds());
}

function changeOf({
  password,
  proved: _proved,
  relied: _relied,
  announcement: _told,
  ...change
}: AccountUpdate): AccountChange {
  return password === undefined ? change : { ...change, passwordHash: password.hash, passwordChangedAt: password.at };
}

const hasPassword = (change: AccountChange): change is NewPasswordHash => typeof change.passwordHash === 'string';

const isStoreAway = (error: unknown): boolean => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_STORE_AWAY';

/** `proved`: an address that is not taken by an account that gives it up. */
async function takenFields<User>(
  users: UserStore<User>,
  userId: string,
  change: Partial<Readonly<Record<LoginField, string | null>>>,
  proved?: string,
): Promise<FieldErrors | null> {
  const errors: Record<string, readonly Message[]> = {};
  for (const field of ['username', 'email'] as const) {
    const login = change[field];
    if (login === undefined || login === null) continue;
    const found = await users.findByLogin(field, login);
    const holder = found === null ? null : users.toProfile(found);
    const givesUp = holder !== null && field === 'email' && login === proved && releasesAddress(users, holder);
    if (holder !== null && holder.id !== userId && !givesUp) errors[field] = [message(`prompt.${field}.taken`)];
  }
  return Object.keys(errors).length === 0 ? null : errors;
}
