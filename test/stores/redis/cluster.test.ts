import assert from 'node:assert/strict';
import { RedisStore } from 'connect-redis';
import { Cookie } from 'express-session';
import { after, before, describe, it } from 'mocha';
import { randomId } from '../../../lib/base/ids.js';
import { createConnection, type RedisConnection } from '../../../lib/stores/redis/connection.js';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import { createRedisPlanStore } from '../../../lib/stores/redis/plan-store.js';
import { createRedisRateLimiter } from '../../../lib/stores/redis/rate-limiter.js';
import { createSessionClient } from '../../../lib/stores/redis/session-client.js';
import { invitationStoreContract } from '../../../lib/testing/contracts/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { startCluster, type TestCluster } from '../../support/redis-cluster.js';

describe('a Redis Cluster', () => {
  let cluster: TestCluster;
  let redis: RedisConnection;
  before(async () => {
    cluster = await startCluster();
    redis = createConnection(cluster.client());
  });
  after(() => cluster.stop());
  const keys = () => createKeys(`test-${randomId().slice(0, 8)}:`);

  describe('as an invitation store', () => {
    const open = async () => {
      const clock = fakeClock();
      const store = createRedisInvitationStore({ redis, keys: keys(), skewMs: clock.skew });
      return { store, now: clock.now, advance: clock.advance };
    };
    for (const { title, run } of invitationStoreContract(open)) it(title, run);
  });

  it('keeps plans, counters and sessions wherever their keys are', async () => {
    const plans = createRedisPlanStore({ redis, keys: keys() });
    const limits = createRedisRateLimiter({ redis, keys: keys() });
    const sessions = new RedisStore({ client: createSessionClient(redis), prefix: keys().sessions });
    const ids = Array.from({ length: 20 }, (_, at) => `id${at}`);
    for (const id of ids) {
      assert.deepEqual(await plans.create(id, 'one', 60), { won: true });
      assert.deepEqual(await plans.replace(id, 1, 'two', 60), { won: true });
      assert.equal((await limits.consume(id, 60)).taken, 1);
      await sessions.set(id, { cookie: new Cookie() });
    }
    assert.deepEqual(new Set(await sessions.ids()), new Set(ids));
    await sessions.clear();
    assert.equal(await sessions.length(), 0);
  });
});
