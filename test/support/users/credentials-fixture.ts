import { defaultRateLimits } from '../../../lib/options/rate-limits.js';
import { Secret } from '../../../lib/base/secret.js';
import type { JsonObject } from '../../../lib/base/json.js';
import type { RateLimits } from '../../../lib/ports/rate-limits.js';
import { createPasswordAttempts } from '../../../lib/rate-limits/password-attempts.js';
import type { CredentialsAnswer, CredentialsQuestion } from '../../../lib/ports/credentials.js';
import type { EventSink } from '../../../lib/ports/events.js';
import type { Passwords } from '../../../lib/ports/passwords.js';
import type { UserStore } from '../../../lib/ports/user-store.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import { memoryUsers, type MemoryUser } from '../../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { argon2Passwords } from '../../../lib/users/argon2-passwords.js';
import type { Pace } from '../../../lib/users/credentials-pace.js';
import { createRehashedPasswords } from '../../../lib/users/rehashed-passwords.js';
import { createCredentials } from '../../../lib/users/credentials.js';

const quick = argon2Passwords({ memoryKiB: 64, passes: 1, waiting: 10_000 });

export const right = 'velvet tram over the harbour';

export interface CredentialsOptions {
  readonly rateLimiter?: Partial<RateLimits['passwords']>;
  readonly passwords?: Partial<Passwords>;
  /** Replaces some of the store's functions. */
  readonly users?: (users: UserStore<MemoryUser>) => Partial<UserStore<MemoryUser>>;
  /** A function to remove from the store. */
  readonly without?: 'passwordHash' | 'update' | 'replacePassword';
  /** Default: refusals are not delayed. */
  readonly pace?: Pace;
}

/** Credentials over users in memory; counts hashing and comparisons, and records events and log lines. */
export function openManager(options: CredentialsOptions = {}) {
  const clock = fakeClock();
  const store = memoryUsers({ clock }).users;
  const users: UserStore<MemoryUser> = { ...store, ...options.users?.(store) };
  if (options.without !== undefined) Reflect.deleteProperty(users, options.without);
  const emitted: { name: string; facts: JsonObject }[] = [];
  const logged: { fields: object; text: string }[] = [];
  const note = (fields: object, text: string): void => void logged.push({ fields, text });
  const work = { hashed: 0, verified: [] as string[] };
  const passwords: Passwords = {
    hash: (password) => {
      work.hashed += 1;
      return quick.hash(password);
    },
    verify: (hash, password) => {
      work.verified.push(hash);
      return quick.verify(hash, password);
    },
    outdated: () => false,
    ...options.passwords,
  };
  const events: EventSink = ({ type: name, ...facts }) => void emitted.push({ name, facts });
  const attempts = createPasswordAttempts({
    rateLimiter: createMemoryRateLimiter({ clock }),
    events,
    ...defaultRateLimits.passwords,
    ...options.rateLimiter,
  });
  const log = { info: note, warn: note, error: note };
  const credentials = createCredentials({
    ...{ users, passwords, attempts, events, log },
    rehashed: createRehashedPasswords(createMemoryEphemeralStore({ clock })),
    pace: options.pace ?? (() => Promise.resolve()),
  });
  return {
    attempts,
    clock,
    users,
    emitted,
    logged,
    work,
    rememberClient: credentials.rememberClient,
    async member(name: string, password: string | null = right): Promise<MemoryUser> {
      const passwordHash = password === null ? null : await quick.hash(new Secret(password));
      const account = sampleAccount({ username: name, email: `${name}@example.com`, passwordHash });
      return users.create(account, sampleRedemption());
    },
    check: (
      identifier: string,
      password: string = right,
      more: Partial<CredentialsQuestion> = {},
    ): Promise<CredentialsAnswer> =>
      credentials.check({
        identifier,
        password: new Secret(password),
        address: '192.0.2.1',
        planId: 'plan-1',
        ...more,
      }),
  };
}
