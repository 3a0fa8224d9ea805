import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { storeAway } from '../../lib/base/error.js';
import { isJsonObject } from '../../lib/base/json.js';
import { createKeyring } from '../../lib/base/keyring.js';
import type { AccountLock } from '../../lib/ports/account-lock.js';
import type { Authenticator } from '../../lib/ports/authenticators.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryConnections } from '../../lib/stores/memory/connections.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { memoryUsers } from '../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { alwaysHeld, createAccountLock } from '../../lib/users/account-lock.js';
import { createAccounts } from '../../lib/users/accounts.js';
import { removeLateAuthenticator } from '../../lib/users/late-authenticators.js';
import { createOwnConnections } from '../../lib/users/own-connections.js';
import { createSecondFactors } from '../../lib/users/second-factors.js';
import { forgetNewer } from '../../lib/users/sign-in-snapshot.js';
import { createSignInMethods } from '../../lib/users/sign-in-methods.js';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import { createSecondFactorAttempts } from '../../lib/rate-limits/second-factor-attempts.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { createRehashedPasswords } from '../../lib/users/rehashed-passwords.js';
import { createProfiles } from '../../lib/users/profiles.js';
import { storeOnce } from '../../lib/users/store-once.js';

const lost = storeAway('a lock', new Error('it expired before the work was done'));
/** As for a process that was suspended right after it had the lock, for longer than the lock lasts. */
const lostLock: AccountLock = (_userId, work) => work({ confirm: () => Promise.reject(lost) });
const never = (): never => assert.fail('not called');
const silent = { info: never, warn: () => undefined, error: never, debug: () => undefined };
const identity = { source: 'acme', issuer: 'https://id.acme.example', subject: 'ann' };

async function open(accountLock: AccountLock, holds: () => Promise<boolean>) {
  const { users } = memoryUsers();
  const [authenticators, connections] = [memoryAuthenticators(), memoryConnections()];
  const ephemeralStore = createMemoryEphemeralStore({ clock: fakeClock() });
  const ann = await users.create(sampleAccount({ passwordHash: 'before' }), sampleRedemption());
  const bea = await users.create(sampleAccount(), sampleRedemption());
  await users.update?.(bea, { email: 'box@example.com', emailVerified: null });
  const one: Authenticator = {
    ...{ id: 'key', userId: ann.id, type: 'webauthn', name: 'Passkey', version: 'v1' },
    ...{ createdAt: 1, lastUsedAt: null, data: { sole_factor: true } },
  };
  await authenticators.add(one);
  await connections.link(ann.id, identity);
  const records = { authenticators, connections, consents: null };
  const terms = { inviteOnly: false, log: silent, redemptions: null, redeem: never, records, accountLock };
  const accounts = createAccounts({ ...terms, users });
  const methods = createSignInMethods({
    ...{ users, connections, passkeys: authenticators, ephemeralStore, accountLock },
    openSources: async () => new Set(['acme']),
  });
  const own = createOwnConnections({
    ...{ connections, methods, nameOf: () => null, events: () => undefined },
    ...{ settle: async () => undefined, endEvidence: async () => undefined },
  });
  const parts = { authenticators, ephemeralStore, accountLock, events: () => undefined };
  const factors = createSecondFactors({
    rehashed: createRehashedPasswords(ephemeralStore),
    ...parts,
    ...{ profiles: createProfiles(users), methods, keyring: createKeyring(['a key for these tests, 32 characters']) },
    ...{ endEvidence: async () => undefined, issuer: 'Acme' },
    attempts: createSecondFactorAttempts({
      ...{ rateLimiter: createMemoryRateLimiter({ clock: fakeClock() }), events: () => undefined },
      ...defaultRateLimits.secondFactors,
    }),
    reputation: { record: async () => undefined, score: async () => 0, activate: () => undefined },
  });
  return { users, accounts, own, factors, parts, request: { holds }, ann, bea, one, authenticators, connections };
}

const isOutdated = (outcome: unknown): boolean => isJsonObject(outcome) && outcome['type'] === 'outdated';

type Opened = Awaited<ReturnType<typeof open>>;

const password = { passwordHash: 'after', at: 1, seen: null, address: null, first: false } as const;
const changes: Readonly<Record<string, (opened: Opened) => Promise<unknown>>> = {
  'a new address': ({ accounts, ann, request }) =>
    accounts.update(ann.id, { email: 'new@example.com', relied: request }),
  'a proof of an address that another account gives up': ({ accounts, ann, request }) =>
    accounts.update(ann.id, { email: 'box@example.com', proved: 'box@example.com', relied: request }),
  'a new password': ({ accounts, ann, request }) => accounts.changePassword(ann.id, { ...password, ...request }),
  'the first proof of an address, which removes what opened the account': ({ accounts, bea, request }) =>
    accounts.changePassword(bea.id, { ...password, first: true, address: 'box@example.com', ...request }),
  'an authenticator': ({ parts, one, request }) => storeOnce(parts, { one: { ...one, id: 'other' }, ...request }),
  'the removal of a connection': async ({ own, ann, request }) =>
    own.disconnect(ann.id, (await own.list(ann.id))[0]?.id ?? '', request),
  'the removal of a passkey': ({ factors, ann, one, request }) => factors.remove(ann.id, one.id, request),
  'the removal of an account': ({ accounts, ann, request }) => accounts.remove(ann.id, request),
};

async function stateOf({ users, ann, bea, authenticators, connections }: Opened): Promise<string> {
  return JSON.stringify([
    await users.findById(ann.id),
    await users.findById(bea.id),
    [await authenticators.list(ann.id), await authenticators.list(bea.id)],
    await connections.find(identity),
  ]);
}

describe('the lock of an account', () => {
  for (const [title, change] of Object.entries(changes)) {
    it(`${title}: nothing is written by a process that was suspended for longer than the lock lasts`, async () => {
      const opened = await open(lostLock, () => Promise.resolve(true));
      const before = await stateOf(opened);
      await assert.rejects(change(opened), { status: 503 });
      assert.equal(await stateOf(opened), before);
    });

    it(`${title}: nothing is written where the user’s sessions were ended while the request waited`, async () => {
      let isEnded = false;
      const waited: AccountLock = async (_userId, work) => {
        isEnded = true;
        return work(alwaysHeld);
      };
      const opened = await open(waited, async () => !isEnded);
      const before = await stateOf(opened);
      const outcome = await change(opened);
      assert.ok(outcome === false || outcome === 'ended' || isOutdated(outcome), JSON.stringify(outcome));
      assert.equal(await stateOf(opened), before);
    });
  }

  it('the removal of a late authenticator: nothing is written by a process that was suspended for too long', async () => {
    const opened = await open(lostLock, () => Promise.resolve(true));
    const before = await stateOf(opened);
    // Tried again every three seconds.
    removeLateAuthenticator(opened.parts, opened.one).catch(() => undefined);
    await new Promise(setImmediate);
    assert.equal(await stateOf(opened), before);
  });

  it('what a link that undoes a change does not know is not removed by a process that was suspended for too long', async () => {
    const opened = await open(lostLock, () => Promise.resolve(true));
    const before = await stateOf(opened);
    const none = { password: null, authenticators: [], connections: [] };
    const undoing = lostLock(opened.ann.id, (held) => forgetNewer(opened, opened.ann.id, { then: none, held }));
    await assert.rejects(undoing, { status: 503 });
    assert.equal(await stateOf(opened), before);
  });

  it('of many changes at once, one runs at a time, and all of them run', async () => {
    const ephemeralStore = createMemoryEphemeralStore({ clock: fakeClock() });
    // Two servers.
    const locks = [createAccountLock(ephemeralStore), createAccountLock(ephemeralStore)];
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
    };
    const lots = [...locks, ...locks, ...locks];
    await Promise.all(lots.map((lock) => lock('ann', work)));
    assert.equal(most, 1);
  });

  it('which a process left that died lasts for a few seconds; the next change waits for its end', async () => {
    const clock = fakeClock();
    const ephemeralStore = createMemoryEphemeralStore({ clock });
    const lock = createAccountLock(ephemeralStore);
    const dead = createAccountLock({ ...ephemeralStore, compareAndSet: () => Promise.reject(lost) });
    const died = dead('ann', async () => undefined);
    await died;
    const next = lock('ann', async () => 'done');
    await new Promise((resolve) => setTimeout(resolve, 120));
    clock.advance(6000);
    assert.equal(await next, 'done');
  });
});
