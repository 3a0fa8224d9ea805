import assert from 'node:assert/strict';
import { RedisStore } from 'connect-redis';
import { Cookie, type SessionData } from 'express-session';
import { after, before, describe, it } from 'mocha';
import { createSessionClient } from '../../../lib/stores/redis/session-client.js';
import { sessionClientContract } from '../../../lib/testing/contracts/session-client.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('sessions in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  const open = async () => ({
    client: createSessionClient(fixture.redis),
    advance: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  });
  for (const { title, run } of sessionClientContract(open)) it(title, run);

  const session = (name: string): SessionData => Object.assign({ cookie: new Cookie() }, { name });
  const nameOf = (found: unknown): unknown =>
    typeof found === 'object' && found !== null && 'name' in found ? found.name : found;

  it('support every function of connect-redis over ioredis', async () => {
    const prefix = fixture.keys().sessions;
    const store = new RedisStore({ client: createSessionClient(fixture.redis), prefix, ttl: 100 });
    await store.set('one', session('Ann'));
    await store.set('two', session('Bob'));
    assert.equal(nameOf(await store.get('one')), 'Ann');
    assert.equal(await store.get('three'), null);
    assert.equal(await fixture.client.ttl(`${prefix}one`), 100);
    await fixture.client.expire(`${prefix}one`, 5);
    await store.touch('one', session('Ann'));
    assert.equal(await fixture.client.ttl(`${prefix}one`), 100);
    assert.deepEqual(new Set(await store.ids()), new Set(['one', 'two']));
    assert.equal(await store.length(), 2);
    assert.equal(new Set(await store.all()).size, 2);
    await store.destroy('one');
    assert.equal(await store.length(), 1);
    await store.clear();
    assert.equal(await store.length(), 0);
  });

  it('are scanned on every master of a cluster', async () => {
    const scanned: string[] = [];
    const node = (name: string) => ({
      status: 'ready',
      call: async (command: string) => (scanned.push(`${name} ${command}`), ['0', [`${name}:key`]]),
    });
    const { createConnection } = await import('../../../lib/stores/redis/connection.js');
    const cluster = { ...node('cluster'), nodes: () => [node('a'), node('b')] };
    const found: string[] = [];
    for await (const keys of createSessionClient(createConnection(cluster)).scanIterator({ MATCH: '*', COUNT: 10 }))
      found.push(...keys);
    assert.deepEqual(found, ['a:key', 'b:key']);
    assert.deepEqual(scanned, ['a SCAN', 'b SCAN']);
  });
});
