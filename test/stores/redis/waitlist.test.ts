import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createConnection } from '../../../lib/stores/redis/connection.js';
import { createRedisWaitlistStore } from '../../../lib/stores/redis/waitlist-store.js';
import { waitlistStoreContract } from '../../../lib/testing/contracts/waitlist-store.js';
import type { WaitlistEntry } from '../../../lib/ports/waitlist-store.js';
import type { SeenCommands } from '../../support/redis-monitor.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

const entry: Omit<WaitlistEntry, 'place'> = {
  id: 'an-id',
  version: 1,
  email: 'ann@example.com',
  tenant: null,
  locale: 'en',
  answers: {},
  askedAt: 0,
  state: 'waiting',
  decidedAt: null,
  by: null,
  invitation: null,
  earlier: [],
  attempts: 0,
  sentAt: null,
  lastError: null,
  busyUntil: null,
};

describe('Redis as a waitlist store', () => {
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
      store: createRedisWaitlistStore({ redis: fixture.redis, keys }),
      other: createRedisWaitlistStore({ redis: createConnection(second), keys }),
      close: async () => second.disconnect(),
    };
  };
  for (const { title, run } of waitlistStoreContract(open)) it(title, run);

  for (const [what, junk] of [
    ['nothing', ''],
    ['text', 'junk'],
    ['another state', '1 lost 1 {}'],
    ['no JSON', '1 waiting 1 {"id":'],
    ['another record', '1 waiting 1 {"id":"an-id"}'],
    ['a list', '1 waiting 1 []'],
    ['wrong types', `1 waiting 1 ${JSON.stringify({ ...entry, earlier: [1] })}`],
  ] as const) {
    it(`foreign data is ignored: ${what}`, async () => {
      const keys = fixture.keys();
      const store = createRedisWaitlistStore({ redis: fixture.redis, keys });
      await store.add(entry, [entry.id]);
      await fixture.client.hset(keys.waitlist.entries, entry.id, junk);
      assert.deepEqual(await store.read([entry.id]), [null]);
      assert.deepEqual(await store.list({ limit: 10 }), []);
    });
  }

  it('does not reach a prototype', async () => {
    const keys = fixture.keys();
    const store = createRedisWaitlistStore({ redis: fixture.redis, keys });
    const json = JSON.stringify(entry).replace('"answers":{}', '"answers":{"__proto__":{"admin":true},"a":"1"}');
    await fixture.client.hset(keys.waitlist.entries, entry.id, `1 waiting 1 ${json}`);
    const [read] = await store.read([entry.id]);
    assert.deepEqual(read?.answers, { a: '1' });
    assert.equal(Reflect.get({}, 'admin'), undefined);
  });

  it('keeps everything in one slot, and nothing of a removed person but the last position', async () => {
    const keys = fixture.keys();
    const store = createRedisWaitlistStore({ redis: fixture.redis, keys });
    const present = (await store.add({ ...entry, tenant: 'acme' }, [entry.id])).entry;
    await store.change({ ...present, state: 'sent', invitation: 'i2', earlier: ['i1'] }, present);
    const { entries, sequence } = keys.waitlist;
    const prefix = entries.slice(0, entries.indexOf('{'));
    const held = await fixture.client.keys(`${prefix}*`);
    assert.deepEqual(new Set(held.map((key) => /\{[^}]*\}/.exec(key)?.[0])), new Set(['{waitlist}']));
    const [sent] = await store.read([entry.id]);
    assert.equal(await store.remove(sent ?? assert.fail()), true);
    // The marks of calls expire within a minute.
    const [marks, left] = [`${prefix}{waitlist}:call:`, await fixture.client.keys(`${prefix}*`)];
    assert.deepEqual(
      left.filter((key) => !key.startsWith(marks)),
      [sequence],
    );
    for (const key of left.filter((one) => one.startsWith(marks))) assert.ok((await fixture.client.ttl(key)) > 0);
  });

  describe('receives', () => {
    let seen: SeenCommands;
    before(async () => {
      seen = await fixture.server.monitor();
    });

    it('one command per function, independent of the length of the list', async () => {
      const keys = fixture.keys();
      const store = createRedisWaitlistStore({ redis: fixture.redis, keys });
      const commandsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
        await work();
        await seen.clear();
        await work();
        return (await seen.commands()).map(
          ({ name, source }) => `${source === 'lua' ? 'lua ' : ''}${name.toLowerCase()}`,
        );
      };
      const filler = fixture.client.pipeline();
      for (let at = 1; at <= 20_000; at += 1) {
        const id = `id${at}`;
        filler.hset(keys.waitlist.entries, id, `1 waiting ${at} ${JSON.stringify({ ...entry, id })}`);
        filler.zadd(keys.waitlist.index('waiting'), at, id);
        filler.zadd(keys.waitlist.index('all'), at, id);
      }
      await filler.exec();
      const page = await store.list({ limit: 3, after: 19_000 });
      assert.deepEqual(
        page.map(({ place }) => place),
        [19_001, 19_002, 19_003],
      );
      const present = page[0] ?? assert.fail();
      const table: readonly (readonly [work: () => Promise<unknown>, commands: readonly string[]])[] = [
        [
          () => store.list({ state: 'waiting', limit: 50, after: 19_000 }),
          ['evalsha', 'lua zrangebyscore', 'lua hmget'],
        ],
        [() => store.read(['id1', 'id2']), ['hmget']],
        [() => store.add({ ...entry, id: 'id5' }, ['id5', 'older']), ['evalsha', 'lua get', 'lua hget']],
        [() => store.change(present, { ...present, version: 9 }), ['evalsha', 'lua get', 'lua hget']],
        [() => store.byInvitation('i'), ['hget']],
      ];
      for (const [work, commands] of table) assert.deepEqual(await commandsOf(work), commands);
      assert.equal((await commandsOf(() => store.count({}))).length, 7);
      assert.equal((await store.count({})).waiting, 20_000);
    });
  });
});
