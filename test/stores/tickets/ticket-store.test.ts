import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createMemoryTicketLists } from '../../../lib/stores/memory/ticket-lists.js';
import { scripts } from '../../../lib/stores/redis/scripts.js';
import { createRedisTicketLists } from '../../../lib/stores/redis/ticket-lists.js';
import { createTicketStore } from '../../../lib/stores/tickets/ticket-store.js';
import { ticketStoreContract } from '../../../lib/testing/contracts/ticket-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('tickets in memory', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      store: createTicketStore(createMemoryTicketLists({ clock })),
      now: clock.now,
      advance: clock.advance,
    };
  };
  for (const { title, run } of ticketStoreContract(open)) it(title, run);
});

describe('tickets in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  const open = async () => {
    const clock = fakeClock();
    const keys = fixture.keys();
    const lists = createRedisTicketLists({ redis: fixture.redis, keys, skewMs: clock.skew });
    return { store: createTicketStore(lists), lists, keys, now: clock.now, advance: clock.advance };
  };
  for (const { title, run } of ticketStoreContract(open)) it(title, run);

  it('a list that is stored again after a lost reply is stored once', async () => {
    const { lists, keys, now } = await open();
    const record = {
      id: 'a',
      subject: 's',
      purpose: 'invite',
      createdAt: now(),
      expires: now() + 1000,
      content: {},
    } as const;
    const list = [{ record, claim: null, used: null, ended: null }];
    assert.equal(await lists.replace('s', 0, list, now() + 1000), true);
    assert.equal(await lists.replace('s', 0, list, now() + 1000), false);
    assert.equal((await lists.read('s')).revision, 1);
    const call = await fixture.client.hget(keys.tickets('s'), 'call');
    assert.ok(call);
    assert.equal(
      await fixture.client.evalsha(scripts.replaceTickets.sha1, 1, keys.tickets('s'), 0, '{}', now() + 1000, 0, call),
      1,
    );
    assert.equal((await lists.read('s')).list.length, 1);
  });

  it('its key expires 30 days after the last ticket', async () => {
    const { store, keys, now } = await open();
    for (const [id, seconds] of [
      ['a', 7200],
      ['b', 3600],
    ] as const) {
      const expires = now() + seconds * 1000;
      await store.create({ id, subject: 's', purpose: 'invite', createdAt: now(), expires, content: {} }, false);
    }
    const left = await fixture.client.ttl(keys.tickets('s'));
    assert.ok(Math.abs(left - (30 * 86_400 + 7200)) <= 2, String(left));
  });

  it('what it did not write is left out', async () => {
    const { store, keys } = await open();
    const record = { id: 'a', subject: 's', purpose: 'invite', createdAt: 1, expires: 2, content: {} };
    const unread = [
      null,
      {},
      { record: { ...record, purpose: 'login' }, claim: null, used: null, ended: null },
      // It must not count as unused.
      { record, claim: null, used: { plan: 'p' }, ended: null },
      { record, claim: null, used: null, ended: { cause: 'unknown', at: 1 } },
    ];
    await fixture.client.hset(keys.tickets('s'), { revision: 3, text: JSON.stringify(unread) });
    assert.deepEqual(await store.list('s'), []);
    await fixture.client.hset(keys.tickets('s'), 'text', 'no json');
    assert.deepEqual(await store.list('s'), []);
  });
});
