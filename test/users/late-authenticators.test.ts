import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Authenticator, Authenticators } from '../../lib/ports/authenticators.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { createAccountLock } from '../../lib/users/account-lock.js';
import { removeLateAuthenticator } from '../../lib/users/late-authenticators.js';
import { storeOnce } from '../../lib/users/store-once.js';
import { authenticatorsWithTimeout } from '../../lib/users/users-with-timeout.js';

const one: Authenticator = {
  ...{ id: 'totp-1', userId: 'ann', type: 'totp', name: 'Authenticator app', version: 'v1' },
  ...{ createdAt: 1, lastUsedAt: null, data: {} },
};

describe('an authenticator that the app’s store writes too late', function () {
  this.timeout(20_000);

  function open() {
    const rows = memoryAuthenticators();
    const ephemeralStore = createMemoryEphemeralStore({ clock: fakeClock() });
    const accountLock = createAccountLock(ephemeralStore);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const removals: Promise<void>[] = [];
    let isSlow = true;
    const slow: Authenticators = {
      ...rows,
      async add(authenticator) {
        if (isSlow) await gate;
        await rows.add(authenticator);
      },
    };
    const authenticators = authenticatorsWithTimeout(slow, (late) => {
      removals.push(removeLateAuthenticator({ authenticators: rows, ephemeralStore, accountLock }, late));
    });
    const events: string[] = [];
    const store = () =>
      storeOnce({ authenticators, ephemeralStore, accountLock, events: ({ type }) => events.push(type) }, { one });
    return {
      rows,
      events,
      store,
      answers: () => (isSlow = false),
      async arrive() {
        release();
        await new Promise(setImmediate);
        await Promise.all(removals);
        return removals.length;
      },
    };
  }

  it('does not stay: its user was told to try again', async () => {
    const { rows, events, store, arrive } = open();
    await assert.rejects(store(), { status: 503 });
    assert.equal(await arrive(), 1);
    assert.deepEqual([await rows.list('ann'), events], [[], []]);
  });

  it('of which the next try took the place stays', async () => {
    const { rows, events, store, answers, arrive } = open();
    await assert.rejects(store(), { status: 503 });
    answers();
    assert.equal(await store(), 'stored');
    // The row is there already: the late one is refused by the table.
    await arrive();
    assert.deepEqual([(await rows.list('ann')).length, events], [1, ['authenticator.added']]);
  });

  it('that the next try finds stays', async () => {
    const { rows, store, answers, arrive } = open();
    await assert.rejects(store(), { status: 503 });
    answers();
    const again = store();
    const removed = arrive();
    assert.equal(await again, 'stored');
    await removed;
    assert.equal((await rows.list('ann')).length, 1);
  });
});
