import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../lib/base/json.js';
import { createAvailabilityChecks } from '../../lib/rate-limits/limits.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';

describe('availability checks', () => {
  it('F20: are limited per plan and per client, and a completed page costs nothing', async () => {
    const emitted: JsonObject[] = [];
    const checks = createAvailabilityChecks({
      rateLimiter: createMemoryRateLimiter({ clock: fakeClock() }),
      events: ({ type: _type, ...facts }) => void emitted.push(facts),
      perPlan: { points: 2, windowSeconds: 600 },
      perClient: { points: 3, windowSeconds: 900 },
    });
    const ask = (enrollmentId: string, address = 'here') => checks.consume({ enrollmentId, address });
    await ask('a');
    await checks.reward({ enrollmentId: 'a', address: 'here' });
    assert.deepEqual([await ask('a'), await ask('a')], [{ over: false }, { over: false }]);
    assert.deepEqual(await ask('a', 'elsewhere'), { over: true, retryAfterSeconds: 600 });
    assert.deepEqual(await ask('b'), { over: false });
    assert.deepEqual(await ask('c'), { over: true, retryAfterSeconds: 900 });
    assert.deepEqual(
      emitted.map(({ limit }) => limit),
      ['plan', 'client'],
    );
  });
});
