import { after, before, describe, it } from 'mocha';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { holdCases } from '../../support/faults/reservation-cases.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('reservations and persons in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());
  const open = async () => {
    const clock = fakeClock();
    const store = createRedisInvitationStore({ redis: fixture.redis, keys: fixture.keys(), skewMs: clock.skew });
    return { store, now: clock.now, advance: clock.advance };
  };
  for (const { title, run } of holdCases(open)) it(title, run);
});
