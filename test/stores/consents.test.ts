import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createMemoryConsents } from '../../lib/stores/memory/consents.js';
import { createRedisConsents } from '../../lib/stores/redis/consents.js';
import { consentsContract } from '../../lib/testing/contracts/consents.js';
import { redisFixture, type RedisFixture } from '../support/stores/redis-fixture.js';

describe('consents in memory keep their contract', () => {
  for (const { title, run } of consentsContract(async () => ({ consents: createMemoryConsents() }))) it(title, run);
});

describe('consents in Redis keep their contract', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());
  const open = async () => ({ consents: createRedisConsents({ redis: fixture.redis, keys: fixture.keys() }) });
  for (const { title, run } of consentsContract(open)) it(title, run);

  it('and skip what another program wrote', async () => {
    const keys = fixture.keys();
    const consents = createRedisConsents({ redis: fixture.redis, keys });
    const consent = { userId: 'ann', application: 'a', permissions: ['p'], grantedAt: 1, expiresAt: null };
    await consents.save(consent);
    const [key = ''] = (await fixture.client.keys('*:consents')).filter((name) =>
      name.startsWith(keys.sessions.replace('session:', '')),
    );
    for (const [at, junk] of [
      '',
      '[]',
      '{}',
      '{"application":"a","permissions":[1],"grantedAt":1,"expiresAt":null}',
    ].entries())
      await fixture.client.hset(key, `junk-${String(at)}`, junk);
    assert.deepEqual(await consents.list('ann'), [consent]);
    assert.ok(!key.includes('ann'), 'the id of the user is in no name of a key');
  });
});
