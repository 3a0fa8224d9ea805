import { EnrollmentError } from '../base/error.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { UserStore } from '../ports/user-store.js';

interface RemoveParts<User> {
  readonly users: UserStore<User>;
  /** `null`: the app has none. */
  readonly authenticators: Authenticators | null;
  readonly log: EnrollmentLogger;
}

/**
 * Removes an account, and then its authenticators: without the account they sign in to nothing. What invitations say of it
 * stays. False: there is no such account.
 * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `remove`
 */
export async function removeAccount<User>(
  { users, authenticators, log }: RemoveParts<User>,
  userId: string,
): Promise<boolean> {
  if (users.remove === undefined)
    throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'removing an account needs a user store with remove');
  const user = await users.findById(userId);
  if (user === null) return false;
  await users.remove(user);
  if (authenticators === null) return true;
  try {
    for (const { id } of await authenticators.list(userId)) await authenticators.remove(userId, id);
  } catch (error) {
    log.warn({ err: error, user: userId }, 'the authenticators of a removed account could not be removed');
  }
  return true;
}
