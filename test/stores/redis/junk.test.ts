import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createRedisPlanStore } from '../../../lib/stores/redis/plan-store.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('foreign data in Redis', () => {
  let fixture: RedisFixture;
  before(async () => {
    fixture = await redisFixture();
  });
  after(() => fixture.server.stop());

  for (const junk of [
    '',
    'junk',
    ':',
    '1',
    '0:text',
    '-1:text',
    '1.5:text',
    'x:text',
    ':text',
    '\u0000',
    'x'.repeat(5_000_000),
  ]) {
    it(`is no plan: ${JSON.stringify(junk.slice(0, 10))}`, async () => {
      const keys = fixture.keys();
      const store = createRedisPlanStore({ redis: fixture.redis, keys });
      await fixture.client.set(keys.plan('p'), junk);
      assert.equal(await store.load('p'), null);
      assert.deepEqual(await store.replace('p', 1, 'late', 60), { won: false, now: null });
      assert.deepEqual(await store.create('p', 'fresh', 60), { won: true });
      assert.deepEqual(await store.load('p'), { rev: 1, text: 'fresh' });
    });
  }

  it('is no plan if it is of another type', async () => {
    const keys = fixture.keys();
    const store = createRedisPlanStore({ redis: fixture.redis, keys });
    await fixture.client.hset(keys.plan('p'), 'a', '1');
    assert.equal(await store.load('p'), null);
    assert.deepEqual(await store.replace('p', 1, 'late', 60), { won: false, now: null });
    assert.deepEqual(await store.create('p', 'fresh', 60), { won: true });
  });

  for (const [what, json] of [
    ['text that is not JSON', '{"id":'],
    ['another record', '{"id":"x"}'],
    ['a record that lacks what every record has', '{"kind":"generated"}'],
    ['a list', '[]'],
    ['a record with wrong types', JSON.stringify({ ...sampleInvitation(), max: 'many' })],
    [
      'a record that points elsewhere',
      JSON.stringify({ ...sampleInvitation(), redirect: { href: 'https://evil.example' } }),
    ],
    ['a record whose data is none', JSON.stringify({ ...sampleInvitation(), data: [] })],
  ] as const) {
    it(`is no invitation: ${what}`, async () => {
      const keys = fixture.keys();
      const store = createRedisInvitationStore({ redis: fixture.redis, keys });
      const record = sampleInvitation();
      await store.create(record);
      await fixture.client.hset(keys.invitation(record.id).record, 'json', json);
      assert.deepEqual(await store.read([record.id]), [null]);
      assert.deepEqual(await store.list({ limit: 10 }), { snapshots: [], next: null });
      const answer = await store.claim({ id: record.id, plan: 'p', leaseSeconds: 60 });
      assert.deepEqual(answer, { type: 'refused', cause: 'unknown' });
    });
  }

  it('does not reach a prototype', async () => {
    const keys = fixture.keys();
    const store = createRedisInvitationStore({ redis: fixture.redis, keys });
    const record = sampleInvitation();
    await store.create(record);
    const json = JSON.stringify({ ...record, data: {} }).replace('"data":{}', '"data":{"__proto__":{"admin":true}}');
    await fixture.client.hset(keys.invitation(record.id).record, 'json', json);
    await store.read([record.id]);
    assert.equal(Reflect.get({}, 'admin'), undefined);
  });
});
