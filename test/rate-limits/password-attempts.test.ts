import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import type { RateLimits } from '../../lib/ports/rate-limits.js';
import { createPasswordAttempts } from '../../lib/rate-limits/password-attempts.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';

function manager(given: Partial<RateLimits['passwords']> = {}) {
  const clock = fakeClock();
  const emitted: unknown[] = [];
  const attempts = createPasswordAttempts({
    rateLimiter: createMemoryRateLimiter({ clock }),
    events: ({ type, ...facts }) => void emitted.push([type, facts]),
    ...defaultRateLimits.passwords,
    ...given,
  });
  return { clock, emitted, attempts };
}

describe('password attempts', () => {
  it('over a limit are refused, with the time until it ends', async () => {
    const { clock, attempts } = manager({ perSubject: { points: 2, windowSeconds: 60 } });
    const attempt = { subject: 'ann', address: 'a' };
    assert.deepEqual(await attempts.consume(attempt), { over: false });
    clock.advance(20_000);
    assert.deepEqual(await attempts.consume(attempt), { over: false });
    assert.deepEqual(await attempts.consume(attempt), { over: true, retryAfterSeconds: 40 });
    clock.advance(40_000);
    assert.deepEqual(await attempts.consume(attempt), { over: false });
  });

  it('return the longest time if several limits are exceeded', async () => {
    const { attempts } = manager({
      perSubject: { points: 1, windowSeconds: 60 },
      perClient: { points: 1, windowSeconds: 90 },
    });
    const attempt = { subject: 'ann', address: 'a' };
    await attempts.consume(attempt);
    assert.deepEqual(await attempts.consume(attempt), { over: true, retryAfterSeconds: 90 });
  });

  it('emit one event per window and limit', async () => {
    const { emitted, attempts } = manager({ perSubject: { points: 2, windowSeconds: 60 } });
    for (let times = 0; times < 9; times += 1) await attempts.consume({ subject: 'ann', address: 'a' });
    assert.deepEqual(emitted, [['login.throttled', { limit: 'subject', points: 2 }]]);
  });

  it('without an address share one counter', async () => {
    const { attempts } = manager({ perClient: { points: 2, windowSeconds: 60 } });
    for (const subject of ['a', 'b']) assert.equal((await attempts.consume({ subject, address: '' })).over, false);
    assert.equal((await attempts.consume({ subject: 'c', address: '' })).over, true);
  });

  it('put neither names nor addresses into the names of counters', async () => {
    const names: string[] = [];
    const attempts = createPasswordAttempts({
      ...defaultRateLimits.passwords,
      rateLimiter: {
        // The user's limit is exceeded, and the address is a known one.
        consume: async (key) => (names.push(key), { taken: key.includes('subject') ? 99 : 1, endsInSeconds: 9 }),
        get: async (key) => (names.push(key), { taken: 1, endsInSeconds: 9 }),
        reward: async (key) => void names.push(key),
      },
      events: () => undefined,
    });
    const attempt = { subject: 'ann {tag} @example.com', address: '203.0.113.7' };
    await attempts.consume(attempt);
    await attempts.flush();
    await attempts.reward(attempt);
    await attempts.flush();
    await attempts.rememberClient(attempt);
    await attempts.recordFailure('plan {x}');
    assert.equal(new Set(names).size, 8);
    assert.equal(names.length, 15);
    assert.ok(
      names.every((name) => /^passwords:[\w:-]+$/.test(name) && !/ann|203/.test(name)),
      names.join(' '),
    );
  });
});

describe('an address from which a user has signed in', () => {
  const day = 24 * 60 * 60 * 1000;
  const attempt = { subject: 'ann', address: 'home' };

  /**
   * Signs in on these days; true when another client's failures `later` days after the last one do not block the
   * address.
   */
  async function isOpen(days: readonly number[], later: number): Promise<boolean> {
    const { clock, attempts } = manager({ perSubject: { points: 1, windowSeconds: 60 } });
    const start = clock.now();
    for (const one of days) {
      clock.set(start + one * day);
      await attempts.rememberClient(attempt);
    }
    clock.advance(later * day);
    for (const address of ['stranger 1', 'stranger 2']) await attempts.consume({ subject: 'ann', address });
    return !(await attempts.consume(attempt)).over;
  }

  it('is known for thirty days from the last time, not from the first', async () => {
    assert.equal(await isOpen([0], 29.9), true);
    assert.equal(await isOpen([0, 29], 29.9), true);
    assert.equal(await isOpen([0, 40], 29.9), true);
    assert.equal(await isOpen([0, 29, 58, 87], 29.9), true);
    assert.equal(await isOpen([0, 29, 58, 87], 60.1), false);
    assert.equal(await isOpen([], 0), false);
  });

  it('is known so for any times of sign-in', async () => {
    // Some hundred days in an order unrelated to the windows: each is the last one once.
    let last = 0;
    const days = Array.from({ length: 100 }, (_, index) => (last += ((index * index * 7 + index * 11) % 41) + 0.5));
    for (let many = 1; many <= days.length; many += 1) {
      assert.equal(await isOpen(days.slice(0, many), 29.9), true, `after ${String(many)}`);
      assert.equal(await isOpen(days.slice(0, many), 60.1), false, `long after ${String(many)}`);
    }
  });

  it('does not become known by being checked', async () => {
    const { attempts } = manager({ perSubject: { points: 1, windowSeconds: 60 } });
    for (let times = 0; times < 9; times += 1) await attempts.consume({ subject: 'ann', address: 'elsewhere' });
    assert.equal((await attempts.consume({ subject: 'ann', address: 'elsewhere' })).over, true);
  });
});
