import { withTimeout } from '../base/awaitable.js';
import type { Secret } from '../base/secret.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { Passwords } from '../ports/passwords.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { UserStore } from '../ports/user-store.js';
import { replacePassword } from './replace-password.js';

const timeoutMs = 2000;

/** Rehashes a correct password if `hash` has weaker settings than the current ones. Never fails: errors are logged. */
type Rehash<User> = (user: User, hash: string, password: Secret) => Promise<void>;

export function createRehash<User>({
  users,
  passwords,
  rehashed,
  log,
}: {
  readonly users: UserStore<User>;
  readonly passwords: Passwords;
  readonly rehashed: Pick<RehashedPasswords, 'record'>;
  readonly log: EnrollmentLogger;
}): Rehash<User> {
  async function renew(user: User, hash: string, password: Secret): Promise<void> {
    const fresh = await passwords.hash(password);
    // Before the write: what is bound to the password must not end in between.
    await rehashed.record(users.toProfile(user).id, hash, fresh);
    // The password may have been changed since it was compared; the new one stays.
    await replacePassword(users, user, hash, { passwordHash: fresh });
  }

  return async (user, hash, password) => {
    if (users.update === undefined || !passwords.outdated(hash)) return;
    try {
      await withTimeout(
        timeoutMs,
        () => renew(user, hash, password),
        () => new Error(`not done within ${String(timeoutMs)} ms`),
      );
    } catch (error) {
      log.error({ err: error, user: users.toProfile(user).id }, 'a password could not be hashed anew');
    }
  };
}
