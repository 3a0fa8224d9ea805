import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createMemoryMailSuppressions } from '../../lib/stores/memory/mail-suppressions.js';
import { createRedisMailSuppressions } from '../../lib/stores/redis/mail-suppressions.js';
import { mailSuppressionsContract } from '../../lib/testing/contracts/mail-suppressions.js';
import { redisFixture, type RedisFixture } from '../support/stores/redis-fixture.js';

describe('suppressions in memory keep their contract', () => {
  for (const { title, run } of mailSuppressionsContract(async () => ({
    suppressions: createMemoryMailSuppressions(),
  })))
    it(title, run);
});

describe('suppressions in Redis keep their contract', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());
  const open = async () => ({
    suppressions: createRedisMailSuppressions({ redis: fixture.redis, keys: fixture.keys() }),
  });
  for (const { title, run } of mailSuppressionsContract(open)) it(title, run);

  it('and skip what another program wrote', async () => {
    const keys = fixture.keys();
    const suppressions = createRedisMailSuppressions({ redis: fixture.redis, keys });
    for (const junk of ['', '[]', '{}', '{"at":"1","by":"app"}', '{"at":1,"by":"eve"}']) {
      await fixture.client.hset(keys.suppression('ann'), 'acme', junk);
      assert.equal(await suppressions.find(['ann'], 'acme'), null, junk);
    }
  });
});
