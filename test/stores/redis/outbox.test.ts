import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { randomId } from '../../../lib/base/ids.js';
import { createConnection, type RedisConnection } from '../../../lib/stores/redis/connection.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import { createRedisOutbox } from '../../../lib/stores/redis/outbox.js';
import { outboxContract } from '../../../lib/testing/contracts/outbox.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { startCluster, type TestCluster } from '../../support/redis-cluster.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

const opener = (redis: () => RedisConnection) => async () => {
  const clock = fakeClock();
  const outbox = createRedisOutbox({
    redis: redis(),
    keys: createKeys(`test-${randomId().slice(0, 8)}:`),
    // Redis uses its own clock; the skew aligns it with the fake one.
    skewMs: clock.skew,
    most: { enrolled: 1000, accepted: 1000, webhook: 20, mail: 1000 },
    mostFailed: 3,
  });
  return { outbox, advance: async (milliseconds: number) => clock.advance(milliseconds) };
};

// Marks of calls expire without a command.
const namesOf = (key: unknown): string[] =>
  typeof key === 'string' ? [key] : typeof key === 'object' && key !== null ? Object.values(key).map(String) : [];

describe('the outbox in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  for (const { title, run } of outboxContract(opener(() => fixture.redis))) it(title, run);

  it('keeps nothing of a delivered item but the id', async () => {
    const keys = fixture.keys();
    const outbox = createRedisOutbox({ redis: fixture.redis, keys });
    await outbox.put([{ id: 'one', kind: 'enrolled', payload: {} }]);
    const [item] = (await outbox.take('enrolled', 1, 60)).items;
    await outbox.later(item!, 0);
    const [again] = (await outbox.take('enrolled', 1, 60)).items;
    await outbox.done(again!);
    const { done, ...others } = keys.outbox;
    assert.equal(await fixture.client.exists(...Object.values(others).flatMap(namesOf)), 0);
    assert.equal(await fixture.client.zcard(done), 1);
  });

  it('keeps nothing of a given-up item that was dropped', async () => {
    const keys = fixture.keys();
    const outbox = createRedisOutbox({ redis: fixture.redis, keys, mostFailed: 0 });
    await outbox.put([{ id: 'one', kind: 'enrolled', payload: {} }]);
    const [item] = (await outbox.take('enrolled', 1, 60)).items;
    assert.deepEqual(await outbox.dead(item!, 'no'), { moved: true, dropped: 1 });
    assert.equal(await fixture.client.exists(...Object.values(keys.outbox).flatMap(namesOf)), 0);
  });

  it('an unreadable entry is taken as an empty one, and an entry without text is deleted', async () => {
    const keys = fixture.keys();
    const outbox = createRedisOutbox({ redis: fixture.redis, keys });
    await fixture.client.zadd(keys.outbox.due.enrolled, 1, 'junk', 2, 'lost', 3, 'list');
    await fixture.client.hset(keys.outbox.items, 'junk', '{"kind":', 'list', '[]');
    const { items } = await outbox.take('enrolled', 10, 60);
    assert.deepEqual(
      items.map(({ id, kind, payload }) => [id, kind, payload]),
      [
        ['junk', 'enrolled', {}],
        ['list', 'enrolled', {}],
      ],
    );
    assert.equal((await outbox.counts()).waiting, 2);
  });

  it('puts a hundred items with one command, and takes them with one', async () => {
    const outbox = createRedisOutbox({ redis: fixture.redis, keys: fixture.keys() });
    await outbox.put([{ id: 'first', kind: 'enrolled', payload: {} }]);
    await outbox.take('enrolled', 1, 60);
    const seen = await fixture.server.monitor();
    await seen.clear();
    await outbox.put(Array.from({ length: 100 }, (_, at) => ({ id: `item ${at}`, kind: 'enrolled', payload: { at } })));
    assert.equal((await outbox.take('enrolled', 100, 60)).items.length, 100);
    const sent = (await seen.commands()).filter(({ source }) => source !== 'lua').map(({ name }) => name.toLowerCase());
    assert.deepEqual(sent, ['evalsha', 'evalsha']);
  });
});

describe('the outbox in a Redis Cluster', () => {
  let cluster: TestCluster;
  let redis: RedisConnection;
  before(async () => {
    cluster = await startCluster();
    redis = createConnection(cluster.client());
  });
  after(() => cluster.stop());

  for (const { title, run } of outboxContract(opener(() => redis))) it(title, run);
});
