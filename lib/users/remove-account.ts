import { EnrollmentError } from '../base/error.js';
import type { HeldAccount, ProvedRequest } from '../ports/account-lock.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { UserStore } from '../ports/user-store.js';
import { forgetUser, type UserRecords } from './forget-user.js';

interface RemoveParts<User> {
  readonly users: UserStore<User>;
  readonly records: UserRecords;
  readonly log: EnrollmentLogger;
}

/**
 * Removes an account, and then its authenticators, connections and consents: without the account they are of no use.
 * What invitations say of it stays. `absent`: there is no such account; what an interrupted removal left is removed.
 * `ended` as in `Accounts.remove`.
 * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `remove`
 */
export async function removeAccount<User>(
  { users, records, log }: RemoveParts<User>,
  userId: string,
  { holds, held }: ProvedRequest & { readonly held: HeldAccount },
): Promise<'removed' | 'absent' | 'ended'> {
  if (users.remove === undefined)
    throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'removing an account needs a user store with remove');
  const user = await users.findById(userId);
  if (user !== null) {
    if (!(await holds())) return 'ended';
    await held.confirm();
    await users.remove(user);
  }
  try {
    await forgetUser(records, userId);
  } catch (error) {
    log.warn(
      { err: error, user: userId },
      'not all that is kept about a removed account could be removed: call forgetUser',
    );
  }
  return user === null ? 'absent' : 'removed';
}
