import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { aloneForAddress } from '../../../lib/invitations/mailing/send-lock.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the lock for mailing invitations to one address', () => {
  it('that cannot be released leaves what was done under it done: it ends by itself', async () => {
    const clock = fakeClock();
    const ephemeralStore = createMemoryEphemeralStore({ clock });
    const failing = { ...ephemeralStore, compareAndSet: () => Promise.reject(new Error('away')) };
    const address = { tenant: null, bound: 'ann@example.com' };
    assert.equal(await aloneForAddress(failing, address, async () => 'sent'), 'sent');
    const next = aloneForAddress(ephemeralStore, address, async () => 'next');
    clock.advance(5000);
    assert.equal(await next, 'next');
  });
});
