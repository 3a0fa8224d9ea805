import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { RateLimiter } from '../../lib/ports/rate-limiter.js';
import type { Reputation } from '../../lib/ports/reputation.js';
import { createReputation } from '../../lib/rate-limits/reputation.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { createRedisRateLimiter } from '../../lib/stores/redis/rate-limiter.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { redisFixture, type RedisFixture } from '../support/stores/redis-fixture.js';

function contract(open: () => RateLimiter): void {
  const opened = (rateLimiter: RateLimiter = open()): { reputation: Reputation; warnings: string[] } => {
    const warnings: string[] = [];
    const note = (_fields: object, text: string): void => void warnings.push(text);
    return { reputation: createReputation({ rateLimiter, log: { info: note, warn: note, error: note } }), warnings };
  };

  it('sums failures and successes of a client and a name', async () => {
    const { reputation } = opened();
    reputation.activate();
    const [address, name] = ['192.0.2.1', 'ann'];
    for (const change of [-1, -1, 1, -1] as const) await reputation.record({ address, name }, change);
    await reputation.record({ address }, -1);
    await reputation.record({ name }, 1);
    assert.equal(await reputation.score({ address }), -3);
    assert.equal(await reputation.score({ name }), -1);
    assert.equal(await reputation.score({ address, name }), -4);
    assert.equal(await reputation.score({ address: '192.0.2.2', name: 'bob' }), 0);
    assert.equal(await reputation.score({}), 0);
  });

  it('counts calls at once, each', async () => {
    const { reputation } = opened();
    reputation.activate();
    await Promise.all(Array.from({ length: 20 }, () => reputation.record({ name: 'ann' }, -1)));
    assert.equal(await reputation.score({ name: 'ann' }), -20);
  });

  it('counts nothing until a policy reads scores', async () => {
    const { reputation } = opened();
    await reputation.record({ name: 'ann' }, -1);
    assert.equal(await reputation.score({ name: 'ann' }), 0);
  });

  it('records nothing where the store is away, with a line in the log; reading fails', async () => {
    const away = async (): Promise<never> => Promise.reject(new Error('away'));
    const { reputation, warnings } = opened({ consume: away, get: away, reward: away });
    reputation.activate();
    await reputation.record({ name: 'ann' }, -1);
    assert.equal(warnings.length, 1);
    await assert.rejects(reputation.score({ name: 'ann' }));
  });
}

describe('reputation in memory', () => {
  contract(() => createMemoryRateLimiter({ clock: fakeClock() }));
});

describe('reputation in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());
  contract(() => createRedisRateLimiter({ redis: fixture.redis, keys: fixture.keys() }));
});
