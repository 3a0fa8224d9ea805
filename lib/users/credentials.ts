import { EnrollmentError } from '../base/error.js';
import { randomToken } from '../base/ids.js';
import { message, minutesOf } from '../base/message.js';
import { Secret } from '../base/secret.js';
import type { Credentials, CredentialsQuestion } from '../ports/credentials.js';
import type { EventFacts, EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { PasswordAttempts } from '../ports/limits.js';
import type { Passwords } from '../ports/passwords.js';
import type { UserStore } from '../ports/user-store.js';
import { pace as onTheGrid, type Pace } from './credentials-pace.js';
import { loginNameOf } from './login-name.js';
import { createRehash } from './rehash.js';

interface CredentialsParts<User> {
  readonly users: UserStore<User>;
  readonly passwords: Passwords;
  readonly attempts: PasswordAttempts;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** When somebody who is not let in hears of it; default: on a grid of 250 ms since the question. */
  readonly pace?: Pace;
}

/** A user and the hash that fits, or why the sign-in is refused; the cause goes into the event, never to the visitor. */
type Judgement<User> =
  | { readonly cause: null; readonly user: User; readonly hash: string }
  | { readonly cause: EventFacts['login.failed']['cause']; readonly user: User | null };

/**
 * Checks a name and a password against the app's user store. Every attempt that is looked at costs exactly one
 * comparison: where there is no account or no password, one with a stand-in's hash. What an account costs beside that,
 * a query for its hash, is covered by the pace at which refusals are told.
 */
export function createCredentials<User>(parts: CredentialsParts<User>): Credentials {
  const { users, passwords, attempts, events, log, pace = onTheGrid } = parts;
  const standIn = standInHash(passwords);
  const rehash = createRehash(users, passwords, log);

  async function judged({ identifier, password, fields }: CredentialsQuestion): Promise<Judgement<User>> {
    if (users.passwordHash === undefined)
      throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'checking passwords needs a user store with passwordHash');
    // Before it is known whether it is needed: the first stranger must not wait longer than the first member.
    const other = await standIn();
    const name = loginNameOf(identifier, fields ?? ['username', 'email']);
    const user = name === null ? null : await users.findByLogin(name.field, name.canonical);
    const hash = user === null ? null : await users.passwordHash(user);
    const fits = await passwords.verify(hash ?? other, password);
    if (user === null) return { cause: 'unknown', user };
    if (hash === null) return { cause: 'no_password', user };
    if (!fits) return { cause: 'password', user };
    return users.toProfile(user).active ? { cause: null, user, hash } : { cause: 'inactive', user };
  }

  return Object.freeze<Credentials>({
    async check(question) {
      const startedAtMs = performance.now();
      const { identifier, address, planId, password } = question;
      const attempt = { subject: subjectOf(identifier), address };
      const counted = await attempts.consume(attempt);
      if (counted.over) {
        const minutes = minutesOf(counted.retryAfterSeconds);
        return {
          type: 'throttled',
          message: message('users.too_many_attempts', { minutes }),
          retryAfterSeconds: counted.retryAfterSeconds,
        };
      }
      const judgement = await judged(question).catch(async (error: unknown) => {
        // Nothing was compared: a store that is away must not lock anybody out afterwards.
        await attempts.reward(attempt).catch(() => undefined);
        throw error;
      });
      if (judgement.cause !== null) {
        const { cause, user } = judgement;
        events({ type: 'login.failed', plan: planId, cause, user: user === null ? null : users.toProfile(user).id });
        const failures = await attempts.recordFailure(planId);
        await pace(startedAtMs);
        return { type: 'wrong', message: message('users.not_signed_in'), failures };
      }
      const { user, hash } = judgement;
      await Promise.all([attempts.reward(attempt), attempts.rememberClient(attempt), rehash(user, hash, password)]);
      return { type: 'right', userId: users.toProfile(user).id };
    },

    async rememberClient(userId, address) {
      // Where no password can be checked, there is nothing to be locked out of.
      if (users.passwordHash === undefined) return;
      try {
        const user = await users.findById(userId);
        if (user === null) return;
        const { username, email } = users.toProfile(user);
        const subjects = [username, email].flatMap((name) => (typeof name === 'string' ? [subjectOf(name)] : []));
        await Promise.all(subjects.map((subject) => attempts.rememberClient({ subject, address })));
      } catch (error) {
        log.warn({ err: error, user: userId }, 'where somebody signed in from could not be noted');
      }
    },
  });
}

/** What attempts are counted under. */
function subjectOf(identifier: string): string {
  return loginNameOf(identifier, ['username', 'email'])?.canonical ?? identifier;
}

/** A hash that no password fits, made once, as the app's own are made. */
function standInHash(passwords: Passwords): () => Promise<string> {
  let made: Promise<string> | null = null;
  return () => {
    made ??= passwords.hash(new Secret(randomToken(32))).catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
