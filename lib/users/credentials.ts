import { EnrollmentError } from '../base/error.js';
import { randomToken } from '../base/ids.js';
import { message, minutesOf } from '../base/message.js';
import { Secret } from '../base/secret.js';
import type { Credentials, CredentialsQuestion } from '../ports/credentials.js';
import type { EventFacts, EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { PasswordAttempts } from '../ports/limits.js';
import type { Passwords } from '../ports/passwords.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { Reputation } from '../ports/reputation.js';
import type { UserStore } from '../ports/user-store.js';
import { pace as onTheGrid, type Pace } from './credentials-pace.js';
import { loginNameOf, loginSubjectOf } from './login-name.js';
import { createRehash } from './rehash.js';

interface CredentialsParts<User> {
  readonly users: UserStore<User>;
  readonly passwords: Passwords;
  readonly attempts: PasswordAttempts;
  readonly rehashed: Pick<RehashedPasswords, 'record'>;
  /** Left out: nothing is counted. */
  readonly reputation?: Reputation;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
  /** When a refused visitor gets the answer; default: at the next multiple of 250 ms since the request. */
  readonly pace?: Pace;
}

/**
 * A user and the matching hash, or why the sign-in is refused; the cause is reported in the event, never to the
 * visitor.
 */
type Judgement<User> =
  | { readonly cause: null; readonly user: User; readonly hash: string }
  | { readonly cause: EventFacts['login.failed']['cause']; readonly user: User | null };

/**
 * Checks a name and a password against the app's user store. Every attempt that is checked costs exactly one
 * comparison: if there is no account or no password, a comparison with a stand-in's hash. The additional query for an
 * account's hash is hidden by the pace of refusals.
 */
export function createCredentials<User>(parts: CredentialsParts<User>): Credentials {
  const { users, passwords, attempts, reputation, events, log, pace = onTheGrid } = parts;
  const standIn = standInHash(passwords);
  const rehash = createRehash(parts);

  async function judged({ identifier, password, fields }: CredentialsQuestion): Promise<Judgement<User>> {
    if (users.passwordHash === undefined)
      throw new EnrollmentError('ERR_ENROLLMENT_USER_STORE', 'checking passwords needs a user store with passwordHash');
    // Created before it is known to be needed: otherwise the first unknown name would take longer than a known one.
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
      const attempt = { subject: loginSubjectOf(identifier), address };
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
        // Nothing was compared: an unavailable store must not lock a user out afterwards.
        await attempts.reward(attempt).catch(() => undefined);
        throw error;
      });
      if (judgement.cause !== null) {
        const { cause, user } = judgement;
        events({ type: 'login.failed', plan: planId, cause, user: user === null ? null : users.toProfile(user).id });
        const [failures] = await Promise.all([
          attempts.recordFailure(planId),
          reputation?.record({ address, name: attempt.subject }, -1),
        ]);
        await pace(startedAtMs);
        return { type: 'wrong', message: message('users.not_signed_in'), failures };
      }
      const { user, hash } = judgement;
      await Promise.all([
        attempts.reward(attempt),
        attempts.rememberClient(attempt),
        rehash(user, hash, password),
        reputation?.record({ address, name: attempt.subject }, 1),
      ]);
      return { type: 'right', userId: users.toProfile(user).id };
    },

    async rememberClient(userId, address) {
      // If no password can be checked, no lockout applies.
      if (users.passwordHash === undefined) return;
      try {
        const user = await users.findById(userId);
        if (user === null) return;
        const { username, email } = users.toProfile(user);
        const subjects = [username, email].flatMap((name) => (typeof name === 'string' ? [loginSubjectOf(name)] : []));
        await Promise.all(subjects.map((subject) => attempts.rememberClient({ subject, address })));
      } catch (error) {
        log.warn({ err: error, user: userId }, 'where somebody signed in from could not be noted');
      }
    },
  });
}

/** A hash that no password matches, created once, with the app's own settings. */
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
