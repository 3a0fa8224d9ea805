import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../../lib/base/clock.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { acquireIdentityLock } from '../../../lib/sources/identities/identity-lock.js';

const quick = { seconds: 0.06, renewals: 2, timeoutMs: 5000 };

describe('the lock of an identity', () => {
  it('F18: lapses after its last renewal, even if its owner hangs and never releases it', async () => {
    const ephemeralStore = createMemoryEphemeralStore({ clock: systemClock });
    assert.ok(await acquireIdentityLock(ephemeralStore, quick, 'who', 'hung'));
    const next = await acquireIdentityLock(ephemeralStore, quick, 'who', 'next');
    assert.ok(next);
    await next.release();
  });

  it('F18: an owner that hung does not release the lock of the next one', async () => {
    const ephemeralStore = createMemoryEphemeralStore({ clock: systemClock });
    const hung = await acquireIdentityLock(ephemeralStore, quick, 'who', 'hung');
    const next = await acquireIdentityLock(ephemeralStore, { ...quick, seconds: 60 }, 'who', 'next');
    await hung?.release();
    assert.equal(await ephemeralStore.peek('who'), 'next');
    next?.stopRenewal();
  });
});
