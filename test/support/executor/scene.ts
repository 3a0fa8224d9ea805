import { defaultRateLimits } from '../../../lib/options/rate-limits.js';
import { digest128 } from '../../../lib/base/ids.js';
import { createKeyring } from '../../../lib/base/keyring.js';
import type { ExecutorContext } from '../../../lib/executor/run.js';
import { createSealedPasswords } from '../../../lib/http/sealed-passwords.js';
import { createInvitations, type Invitations } from '../../../lib/invitations/invitations.js';
import { createAttempts } from '../../../lib/rate-limits/limits.js';
import type { JsonObject } from '../../../lib/base/json.js';
import { createReputation } from '../../../lib/rate-limits/reputation.js';
import { createPasswordAttempts } from '../../../lib/rate-limits/password-attempts.js';
import type { SessionsService } from '../../../lib/ports/user-sessions.js';
import type { EventSink } from '../../../lib/ports/events.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import { memoryUsers, type MemoryUsers } from '../../../lib/stores/memory/user-store.js';
import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';
import { createAccounts } from '../../../lib/users/accounts.js';
import { argon2Passwords } from '../../../lib/users/argon2-passwords.js';
import { createCredentials } from '../../../lib/users/credentials.js';
import { createRehashedPasswords } from '../../../lib/users/rehashed-passwords.js';
import { createProfiles } from '../../../lib/users/profiles.js';
import { watchedPlans, type WatchedPlans } from './watched-plans.js';

const noSessions: SessionsService = {
  list: () => Promise.resolve([]),
  end: () => Promise.resolve(false),
  endAll: () => Promise.resolve(),
  endEvidence: () => Promise.resolve(),
  hasEnded: () => Promise.resolve(false),
  epoch: () => 1,
  nextEpoch: () => Promise.resolve(2),
};

/** Everything that the executor needs, in memory, with records of what it logged and wrote. */
export interface Scene {
  readonly context: ExecutorContext;
  readonly clock: FakeClock;
  readonly plans: WatchedPlans;
  readonly invitations: Invitations;
  readonly people: MemoryUsers;
  readonly emitted: readonly { readonly name: string; readonly facts: JsonObject }[];
  readonly logged: readonly { readonly fields: object; readonly text: string }[];
}

export function openScene(): Scene {
  const clock = fakeClock();
  const plans = watchedPlans(clock);
  const emitted: { name: string; facts: JsonObject }[] = [];
  const logged: { fields: object; text: string }[] = [];
  const note = (fields: object, text: string): void => void logged.push({ fields, text });
  const log = { info: note, warn: note, error: note };
  const events: EventSink = ({ type: name, ...facts }) => void emitted.push({ name, facts });
  const people = memoryUsers({ clock });
  const invitations = createInvitations({
    store: createMemoryInvitationStore({ clock }),
    redemptions: people.redemptions,
    keyring: createKeyring(['a key for these tests, 32 characters']),
    clock,
    rateLimiter: createMemoryRateLimiter({ clock }),
    attempts: createAttempts({ ...defaultRateLimits.codes, rateLimiter: createMemoryRateLimiter({ clock }), events }),
    events,
    log,
    site: { origin: 'https://app.example', mount: '', secure: true },
    defaultFlow: () => null,
  });
  const accounts = createAccounts({
    users: people.users,
    redemptions: people.redemptions,
    redeem: invitations.redeem,
    inviteOnly: true,
    log,
  });
  const passwords = argon2Passwords({ memoryKiB: 8, passes: 1 });
  const attempts = createPasswordAttempts({
    ...defaultRateLimits.passwords,
    rateLimiter: createMemoryRateLimiter({ clock }),
    events,
  });
  const rehashed = createRehashedPasswords(createMemoryEphemeralStore({ clock }));
  const reputation = createReputation({ rateLimiter: createMemoryRateLimiter({ clock }), log });
  const credentials = createCredentials({
    users: people.users,
    passwords,
    rehashed,
    attempts,
    reputation,
    events,
    log,
  });
  return {
    context: {
      plans,
      services: {
        accounts,
        credentials,
        invitations: invitations.gate,
        passwords,
        profiles: createProfiles(people.users),
        reputation,
        sessions: noSessions,
        log,
        rateLimiter: createMemoryRateLimiter({ clock }),
        ephemeralStore: createMemoryEphemeralStore({ clock }),
      },
      events,
      log,
      digest: digest128,
      now: () => clock.now(),
      sealedPasswords: createSealedPasswords(createKeyring(['a key for these tests, 32 characters'])),
    },
    clock,
    plans,
    invitations,
    people,
    emitted,
    logged,
  };
}
