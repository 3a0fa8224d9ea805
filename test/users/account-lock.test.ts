import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { storeAway } from '../../lib/base/error.js';
import type { AccountLock } from '../../lib/ports/account-lock.js';
import type { Authenticator } from '../../lib/ports/authenticators.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { memoryConnections } from '../../lib/stores/memory/connections.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { memoryUsers } from '../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { createAccountLock } from '../../lib/users/account-lock.js';
import { createAccounts } from '../../lib/users/accounts.js';
import { removeLateAuthenticator } from '../../lib/users/late-authenticators.js';
import { createSignInMethods } from '../../lib/users/sign-in-methods.js';
import { storeOnce } from '../../lib/users/store-once.js';

const lost = storeAway('a lock', new Error('it expired before the work was done'));
/** As for a process that was suspended right after it had the lock, for longer than the lock lasts. */
const lostLock: AccountLock = (_userId, work) => work({ confirm: () => Promise.reject(lost) });
const never = (): never => assert.fail('not called');
const silent = { info: never, warn: () => undefined, error: never, debug: () => undefined };
const identity = { source: 'acme', issuer: 'https://id.acme.example', subject: 'ann' };

async function open() {
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
  const terms = { inviteOnly: false, log: silent, redemptions: null, redeem: never, records, accountLock: lostLock };
  const accounts = createAccounts({ ...terms, users });
  const methods = createSignInMethods({
    ...{ users, connections, passkeys: authenticators, ephemeralStore, accountLock: lostLock },
    openSources: async () => new Set(['acme']),
  });
  const factors = { authenticators, ephemeralStore, accountLock: lostLock, events: never };
  return { users, accounts, methods, factors, ann, bea, one, authenticators, connections };
}

type Opened = Awaited<ReturnType<typeof open>>;

const password = { passwordHash: 'after', at: 1, seen: null, address: null, first: false } as const;
const changes: Readonly<Record<string, (opened: Opened) => Promise<unknown>>> = {
  'a new address': ({ accounts, ann }) => accounts.update(ann.id, { email: 'new@example.com' }),
  'a proof of an address that another account gives up': ({ accounts, ann }) =>
    accounts.update(ann.id, { email: 'box@example.com', proved: 'box@example.com' }),
  'a new password': ({ accounts, ann }) => accounts.changePassword(ann.id, password),
  'the first proof of an address, which removes what opened the account': ({ accounts, bea }) =>
    accounts.changePassword(bea.id, { ...password, first: true, address: 'box@example.com' }),
  'an authenticator': ({ factors, one }) => storeOnce(factors, { one: { ...one, id: 'other' } }),
  async 'the removal of a late authenticator'({ factors, one }) {
    // Tried again every three seconds.
    removeLateAuthenticator(factors, one).catch(() => undefined);
    await new Promise(setImmediate);
    throw lost;
  },
  'the removal of a way in': ({ methods, ann, connections }) =>
    methods.removeUnlessLast(ann.id, { connection: identity }, async (held) => {
      await held.confirm();
      await connections.unlink?.(ann.id, identity);
    }),
};

describe('the lock of an account', () => {
  for (const [title, change] of Object.entries(changes))
    it(`${title}: nothing is written by a process that was suspended for longer than the lock lasts`, async () => {
      const opened = await open();
      const { users, ann, bea, authenticators, connections } = opened;
      const state = async () =>
        JSON.stringify([
          await users.findById(ann.id),
          await users.findById(bea.id),
          [await authenticators.list(ann.id), await authenticators.list(bea.id)],
          await connections.find(identity),
        ]);
      const before = await state();
      await assert.rejects(change(opened), { status: 503 });
      assert.equal(await state(), before);
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
