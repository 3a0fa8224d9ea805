import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createMemoryFlowStore } from '../../lib/stores/memory/flow-store.js';
import { createRedisFlowStore } from '../../lib/stores/redis/flow-store.js';
import { flowStoreContract } from '../../lib/testing/contracts/flow-store.js';
import { redisFixture, type RedisFixture } from '../support/stores/redis-fixture.js';

describe('the store of flows in memory keeps its contract', () => {
  for (const { title, run } of flowStoreContract(async () => ({ store: createMemoryFlowStore() }))) it(title, run);
});

describe('the store of flows in Redis keeps its contract', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());
  const open = async () => ({ store: createRedisFlowStore({ redis: fixture.redis, keys: fixture.keys() }) });
  for (const { title, run } of flowStoreContract(open)) it(title, run);

  it('and says of what another program wrote that it is no number of a version', async () => {
    const keys = fixture.keys();
    const store = createRedisFlowStore({ redis: fixture.redis, keys });
    for (const junk of ['x', '-1', '1.5', '1e999']) {
      await fixture.client.set(keys.flows.newest, junk);
      assert.equal(await store.newest(), null, junk);
      assert.deepEqual(await store.list(), []);
    }
    await fixture.client.set(keys.flows.newest, '3');
    await fixture.client.hset(keys.flows.entries, '3', 'an entry without files');
    assert.equal(await store.read(3), null);
    assert.deepEqual(await store.list(), [{ version: 3, entry: 'an entry without files' }]);
  });
});
