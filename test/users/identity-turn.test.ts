import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { systemClock } from '../../lib/base/clock.js';
import { createMemoryOneTime } from '../../lib/stores/memory/one-time.js';
import { acquireIdentityLock } from '../../lib/users/identity-lock.js';

const quick = { seconds: 0.06, renewals: 2, patienceMs: 5000 };

describe('the turn of an identity', () => {
  it('F18: lapses after its last renewal, though its holder hangs and never gives it back', async () => {
    const oneTime = createMemoryOneTime({ clock: systemClock });
    assert.ok(await acquireIdentityLock(oneTime, quick, 'who', 'hung'));
    const next = await acquireIdentityLock(oneTime, quick, 'who', 'next');
    assert.ok(next);
    await next.give();
  });

  it('F18: a holder that hung does not give away the turn of the next one', async () => {
    const oneTime = createMemoryOneTime({ clock: systemClock });
    const hung = await acquireIdentityLock(oneTime, quick, 'who', 'hung');
    const next = await acquireIdentityLock(oneTime, { ...quick, seconds: 60 }, 'who', 'next');
    await hung?.give();
    assert.equal(await oneTime.look('who'), 'next');
    next?.leave();
  });
});
