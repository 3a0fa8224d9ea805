import { after, before, describe } from 'mocha';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import { createRedisEphemeralStore } from '../../../lib/stores/redis/ephemeral-store.js';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createRedisRateLimiter } from '../../../lib/stores/redis/rate-limiter.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { redisFixture, type RedisFixture } from '../stores/redis-fixture.js';
import { invitationFixture, type InvitationFixture } from './invitation-fixture.js';

type Over = Parameters<typeof invitationFixture>[0];

/** Runs the same tests over invitations in memory and in a real Redis; each `open` has its own store. */
export function onBothStores(title: string, tests: (open: (over?: Over) => InvitationFixture) => void): void {
  describe(`${title}, in memory`, () => {
    tests((over) => {
      const clock = over?.clock ?? fakeClock();
      return invitationFixture({
        store: createMemoryInvitationStore({ clock }),
        rateLimiter: createMemoryRateLimiter({ clock }),
        ...over,
        clock,
      });
    });
  });
  describe(`${title}, in Redis`, () => {
    let fixture: RedisFixture;
    before(async () => {
      fixture = await redisFixture();
    });
    after(() => fixture.server.stop());
    tests((over) => {
      const clock = over?.clock ?? fakeClock();
      const parts = { redis: fixture.redis, keys: fixture.keys() };
      const store = createRedisInvitationStore({ ...parts, skewMs: clock.skew });
      const stores = {
        store,
        rateLimiter: createRedisRateLimiter(parts),
        ephemeralStore: createRedisEphemeralStore(parts),
      };
      return invitationFixture({ ...stores, ...over, clock });
    });
  });
}
