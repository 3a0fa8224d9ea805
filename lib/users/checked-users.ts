import { EnrollmentError } from '../base/error.js';
import { isUserId } from '../base/user-id.js';
import type { UserProfile } from '../ports/user-store.js';

/**
 * Validates the result of the app's `toProfile`: without `active` a user would be refused silently, and an id that is
 * not a text never equals the one in a redemption's row.
 * @throws ERR_ENROLLMENT_USER_STORE
 */
export function checkedFacts(given: UserProfile): UserProfile {
  const facts: unknown = given;
  if (typeof facts !== 'object' || facts === null) throw mistake('"toProfile" returned no record of the user');
  const id: unknown = Reflect.get(facts, 'id');
  const active: unknown = Reflect.get(facts, 'active');
  if (typeof id !== 'string' || id === '')
    throw mistake('"toProfile" returned no text as "id"; write id: String(user.id)');
  if (!isUserId(id))
    throw mistake(`"toProfile" returned '${id}' as "id"; the user has no such member, or it is no text or number`);
  if (typeof active !== 'boolean')
    throw mistake(
      '"toProfile" returned neither true nor false as "active"; write active: true where no account is ever closed',
    );
  return given;
}

/**
 * Validates the user that `create` wrote. An account with an invalid result exists nevertheless, so the mistake is also
 * reported. @throws ERR_ENROLLMENT_USER_STORE
 */
export function checkedUser<User>(user: User, onMistake: (error: EnrollmentError) => void): User {
  if (user !== undefined && user !== null) return user;
  const error = mistake('"create" wrote an account and resolved with nothing; resolve with the user that was written');
  onMistake(error);
  throw error;
}

function mistake(what: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_USER_STORE', `the option "users": ${what}`);
}
