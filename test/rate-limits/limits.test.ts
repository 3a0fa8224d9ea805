import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import type { RateLimits } from '../../lib/ports/rate-limits.js';
import { createAttempts } from '../../lib/rate-limits/limits.js';
import type { EventName } from '../../lib/ports/events.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';

function manager(given: Partial<RateLimits['codes']> = {}) {
  const clock = fakeClock();
  const events: [EventName, object][] = [];
  const attempts = createAttempts({
    ...defaultRateLimits.codes,
    ...given,
    rateLimiter: createMemoryRateLimiter({ clock }),
    events: ({ type, ...facts }) => void events.push([type, facts]),
  });
  let plans = 0;
  const from = (address: string, enrollmentId = `plan ${(plans += 1)}`) => attempts.consume({ address, enrollmentId });
  return { clock, events, attempts, from };
}

describe('attempts', () => {
  it('are allowed until the limit of a client is exceeded, and again after the window', async () => {
    const { clock, from } = manager();
    for (let times = 0; times < 10; times += 1) assert.deepEqual(await from('one'), { over: false });
    clock.advance(60_000);
    assert.deepEqual(await from('one'), { over: true, retryAfterSeconds: 540 });
    assert.deepEqual(await from('another'), { over: false });
    clock.advance(540_000);
    assert.deepEqual(await from('one'), { over: false });
  });

  it('are counted per plan too, from any address', async () => {
    const { from } = manager();
    for (let times = 0; times < 20; times += 1)
      assert.deepEqual(await from(`address ${times}`, 'one plan'), { over: false });
    assert.deepEqual(await from('yet another', 'one plan'), { over: true, retryAfterSeconds: 3600 });
  });

  it('in parallel never exceed the limit', async () => {
    const { from } = manager();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => from('one')));
    assert.equal(answers.filter(({ over }) => !over).length, 10);
  });

  it('that are given back do not count', async () => {
    const { attempts, from } = manager();
    for (let times = 0; times < 50; times += 1) {
      const attempt = { address: 'one', enrollmentId: 'a plan' };
      assert.deepEqual(await attempts.consume(attempt), { over: false });
      await attempts.reward(attempt);
    }
    assert.deepEqual(await from('one'), { over: false });
  });

  it('in total lock no one out, but emit one event per window', async () => {
    const { attempts, clock, events, from } = manager({ overall: { points: 30, windowSeconds: 60 } });
    for (let times = 0; times < 40; times += 1) {
      assert.deepEqual(await from(`address ${times}`), { over: false });
      if (times % 4 === 0) await attempts.flush();
    }
    assert.deepEqual(events, [['invitation.throttled', { limit: 'overall', points: 30 }]]);
    clock.advance(60_000);
    for (let times = 0; times < 31; times += 1) await from(`later address ${times}`);
    await attempts.flush();
    assert.equal(events.length, 2);
  });

  it('over the limit of a client emit one event per window', async () => {
    const { events, from } = manager({ perClient: { points: 2, windowSeconds: 60 } });
    for (let times = 0; times < 9; times += 1) await from('one');
    assert.deepEqual(events, [['invitation.throttled', { limit: 'client', points: 2 }]]);
  });

  it('put no addresses or other visitor data into the names of counters', async () => {
    const names: string[] = [];
    const attempts = createAttempts({
      ...defaultRateLimits.codes,
      rateLimiter: {
        consume: async (key) => (names.push(key), { taken: 1, endsInSeconds: 1 }),
        get: async () => ({ taken: 0, endsInSeconds: 0 }),
        reward: async () => undefined,
      },
      events: () => undefined,
    });
    await attempts.consume({ address: '203.0.113.7', enrollmentId: 'x {tag} y' });
    await attempts.flush();
    assert.equal(names.length, 3);
    assert.ok(names.every((name) => /^[\w:-]+$/.test(name) && !name.includes('203')));
  });
});
