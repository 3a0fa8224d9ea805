import { canonicalEmail } from '../base/canonical.js';
import { EnrollmentError } from '../base/error.js';
import { message, type FieldErrors, type Message } from '../base/message.js';
import type { AccountUpdate, UpdatedAccount } from '../ports/accounts.js';
import type { AccountChange, LoginField, UserStore } from '../ports/user-store.js';

/**
 * Changes an existing account. A login name that another account has is found before the write, and once more after a
 * write that failed: two people may choose the same name at once.
 * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `update`
 */
export async function updateAccount<User>(
  users: UserStore<User>,
  userId: string,
  change: AccountUpdate,
): Promise<UpdatedAccount> {
  if (users.update === undefined)
    throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'changing an account needs a user store with update');
  const user = await users.findById(userId);
  if (user === null || !users.toProfile(user).active) return { type: 'gone' };
  const taken = await takenFields(users, userId, change);
  if (taken !== null) return { type: 'invalid', errors: taken };
  try {
    const { email } = users.toProfile(user);
    const address = change.email === undefined ? (email ?? null) : change.email;
    const isProved = address !== null && canonicalEmail(address) === change.proved;
    const isNew = address !== (email ?? null);
    await users.update(user, { ...changeOf(change), ...(isProved || isNew ? { emailVerified: isProved } : {}) });
    return { type: 'updated', addressChanged: isNew };
  } catch (error) {
    const errors = await takenFields(users, userId, change);
    if (errors !== null) return { type: 'invalid', errors };
    throw error;
  }
}

function changeOf({ password, proved: _proved, ...change }: AccountUpdate): AccountChange {
  return password === undefined ? change : { ...change, passwordHash: password.hash, passwordChangedAt: password.at };
}

async function takenFields<User>(
  users: UserStore<User>,
  userId: string,
  change: Partial<Readonly<Record<LoginField, string | null>>>,
): Promise<FieldErrors | null> {
  const errors: Record<string, readonly Message[]> = {};
  for (const field of ['username', 'email'] as const) {
    const login = change[field];
    if (login === undefined || login === null) continue;
    const holder = await users.findByLogin(field, login);
    if (holder !== null && users.toProfile(holder).id !== userId) errors[field] = [message(`prompt.${field}.taken`)];
  }
  return Object.keys(errors).length === 0 ? null : errors;
}
