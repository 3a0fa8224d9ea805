import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createConnection } from '../../../lib/stores/redis/connection.js';
import { createRedisEphemeralStore } from '../../../lib/stores/redis/ephemeral-store.js';
import { ephemeralStoreContract } from '../../../lib/testing/contracts/ephemeral-store.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('Redis as an ephemeral store', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  const open = async () => {
    const keys = fixture.keys();
    // Another process has a connection of its own.
    const second = fixture.server.client();
    return {
      ephemeralStore: createRedisEphemeralStore({ redis: fixture.redis, keys }),
      elsewhere: createRedisEphemeralStore({ redis: createConnection(second), keys }),
      advance: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
      close: async () => second.disconnect(),
    };
  };
  for (const { title, run } of ephemeralStoreContract(open)) it(title, run);

  it('treats a value of another type as missing', async () => {
    const keys = fixture.keys();
    const ephemeralStore = createRedisEphemeralStore({ redis: fixture.redis, keys });
    await fixture.client.lpush(keys.once('key'), 'a list');
    assert.equal(await ephemeralStore.compareAndSet('key', 'value', null), false);
    assert.equal(await ephemeralStore.take('key'), null);
    await ephemeralStore.set('key', 'value', 60);
    assert.equal(await ephemeralStore.take('key'), 'value');
  });

  it('gives every value an expiry', async () => {
    const keys = fixture.keys();
    await createRedisEphemeralStore({ redis: fixture.redis, keys }).set('key', 'value', 600);
    const left = await fixture.client.ttl(keys.once('key'));
    assert.ok(left > 590 && left <= 600, String(left));
  });

  it('sends one command per function', async () => {
    const keys = fixture.keys();
    const ephemeralStore = createRedisEphemeralStore({ redis: fixture.redis, keys });
    const seen = await fixture.server.monitor();
    await ephemeralStore.set('key', 'value', 600);
    await ephemeralStore.take('key');
    await ephemeralStore.compareAndSet('key', 'value', null);
    const names = (await seen.commands()).map(({ name }) => name.toLowerCase());
    assert.deepEqual(names, ['set', 'getdel', 'evalsha', 'get']);
  });
});
