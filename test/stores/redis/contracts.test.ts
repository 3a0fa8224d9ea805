import { after, before, describe, it } from 'mocha';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createRedisRateLimiter } from '../../../lib/stores/redis/rate-limiter.js';
import { createRedisPlanStore } from '../../../lib/stores/redis/plan-store.js';
import { invitationStoreContract } from '../../../lib/testing/contracts/invitation-store.js';
import { rateLimiterContract } from '../../../lib/testing/contracts/rate-limiter.js';
import { planStoreContract } from '../../../lib/testing/contracts/plan-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());
  const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

  describe('as an invitation store', () => {
    const open = async () => {
      const { redis, keys } = fixture;
      const clock = fakeClock();
      // Redis uses its own clock; the skew aligns it with the fake one.
      const store = createRedisInvitationStore({ redis, keys: keys(), skewMs: clock.skew });
      return { store, now: clock.now, advance: clock.advance };
    };
    for (const { title, run } of invitationStoreContract(open)) it(title, run);
  });

  describe('as a plan store', () => {
    const open = async () => ({
      store: createRedisPlanStore({ redis: fixture.redis, keys: fixture.keys() }),
      advance: wait,
    });
    for (const { title, run } of planStoreContract(open)) it(title, run);
  });

  describe('as a rate limiter', () => {
    const open = async () => ({
      rateLimiter: createRedisRateLimiter({ redis: fixture.redis, keys: fixture.keys() }),
      advance: wait,
    });
    for (const { title, run } of rateLimiterContract(open)) it(title, run);
  });
});
