import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { systemClock } from '../../lib/base/clock.js';
import { acquireLease, type LeaseTerms } from '../../lib/base/lease.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';

const open = () => createMemoryEphemeralStore({ clock: systemClock });
const [key, holder] = ['who', 'first'];
/** Two renewals, and then it expires. */
const quick: LeaseTerms = { seconds: 0.06, renewals: 2, timeoutMs: 5000 };
/** A tenth of a second longer than one call of a store may take: after that, `confirm` renews it. */
const short: LeaseTerms = { seconds: 2.1, renewals: 0, timeoutMs: 0 };
const suspended = (): Promise<void> => delay(150);

describe('a lease', () => {
  it('F18: lapses after its last renewal, even if its holder hangs and never releases it', async () => {
    const store = open();
    assert.ok(await acquireLease(store, quick, { key, holder }));
    const next = await acquireLease(store, quick, { key, holder: 'next' });
    assert.ok(next);
    await next.release();
    assert.equal(await store.peek(key), null);
  });

  it('F18: a holder that hung neither releases nor renews the lease of the next one', async () => {
    const store = open();
    const hung = await acquireLease(store, { ...quick, renewals: 1000 }, { key, holder });
    await store.set(key, 'next', 60);
    await delay(100);
    assert.equal(await store.peek(key), 'next');
    await hung?.release();
    assert.equal(await store.peek(key), 'next');
  });

  it('is kept by its holder for as long as it is renewed', async () => {
    const store = open();
    const lease = await acquireLease(store, { ...quick, seconds: 0.3, renewals: 1000 }, { key, holder });
    assert.equal(await acquireLease(store, { ...quick, timeoutMs: 600 }, { key, holder: 'next' }), null);
    await lease?.release();
  });

  it('is confirmed while no other holder has it', async () => {
    const store = open();
    const lease = await acquireLease(store, short, { key, holder });
    await lease?.confirm();
    await suspended();
    await lease?.confirm();
    lease?.stopRenewal();
  });

  for (const [title, happens] of [
    ['another holder has it', async (store: ReturnType<typeof open>) => store.set(key, 'next', 60)],
    ['it has expired, for another holder may have had it', async (store: ReturnType<typeof open>) => store.take(key)],
  ] as const)
    it(`is not confirmed to a holder that was suspended when ${title}`, async () => {
      const store = open();
      const lease = await acquireLease(store, short, { key, holder });
      assert.ok(lease);
      lease.stopRenewal();
      await suspended();
      await happens(store);
      await assert.rejects(lease.confirm(), { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503 });
      await assert.rejects(lease.confirm(), { status: 503 });
      assert.notEqual(await store.peek(key), holder);
    });

  it('is not confirmed while the store does not answer and it may have expired', async () => {
    const store = open();
    const lease = await acquireLease({ ...store, compareAndSet: () => Promise.reject(new Error('away')) }, short, {
      key,
      holder,
    });
    await lease?.confirm();
    await suspended();
    await assert.rejects(async () => lease?.confirm(), /away/);
    lease?.stopRenewal();
  });
});
