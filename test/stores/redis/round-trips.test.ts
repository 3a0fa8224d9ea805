import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { createRedisRateLimiter } from '../../../lib/stores/redis/rate-limiter.js';
import { createRedisPlanStore } from '../../../lib/stores/redis/plan-store.js';
import type { InvitationRecord } from '../../../lib/ports/invitation-store.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';
import type { SeenCommands } from '../../support/redis-monitor.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('commands to Redis', () => {
  let fixture: RedisFixture;
  let seen: SeenCommands;
  before(async () => {
    fixture = await redisFixture();
    seen = await fixture.server.monitor();
  });
  after(() => fixture.server.stop());

  async function commandsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
    // Once beforehand, so that Redis knows the scripts.
    await work();
    await seen.clear();
    await work();
    return (await seen.commands()).filter(({ source }) => source !== 'lua').map(({ name }) => name.toLowerCase());
  }

  it('are one per store function, pipelined if there are several', async () => {
    const { redis } = fixture;
    const keys = fixture.keys();
    const plans = createRedisPlanStore({ redis, keys });
    const invitations = createRedisInvitationStore({ redis, keys });
    const limits = createRedisRateLimiter({ redis, keys });
    const record = sampleInvitation({ max: null });
    const { id } = record;
    await invitations.create(record);
    await plans.create('p', 'text', 60);
    let plan = 0;
    let current = record;
    const edit = (over: Partial<InvitationRecord>): Promise<boolean> => {
      const previous = current;
      current = { ...current, ...over, version: current.version + 1 };
      return invitations.edit(current, previous, 'edited');
    };
    const erased = async (): Promise<void> => {
      const user = `user ${(plan += 1)}`;
      await invitations.commit({ id, seat: `@${user}`, plan: user, user });
      await invitations.erase(id, user, `erased ${user}`);
    };
    const inviter = 'ann';
    await invitations.create(sampleInvitation({ inviter, label: 'spring' }));

    const mail = { seed: 's', locale: null, zone: 'UTC', app: null, values: {}, ordered: 0 };
    const mailed = () => sampleInvitation({ mail, bound: 'a@example.org' });
    const ceilings = { perTenant: null, perInviter: null, perRecipient: null };

    const table: readonly (readonly [what: string, work: () => Promise<unknown>, commands: readonly string[]])[] = [
      ['load', () => plans.load('p'), ['get']],
      ['create', () => plans.create(`p${(plan += 1)}`, 'text', 60), ['set']],
      ['replace', () => plans.replace('p', 1, 'text', 60), ['evalsha']],
      ['drop', () => plans.drop('p'), ['del']],
      ['create an invitation', () => invitations.create(sampleInvitation()), ['zadd', 'zadd', 'evalsha']],
      [
        'create one of a tenant and an inviter',
        () => invitations.create(sampleInvitation({ tenant: 'acme', inviter: 'bob' })),
        ['zadd', 'zadd', 'zadd', 'zadd', 'zadd', 'evalsha'],
      ],
      [
        'create three',
        () => invitations.createAll([sampleInvitation(), sampleInvitation(), sampleInvitation()]),
        ['zadd', 'zadd', 'evalsha', 'evalsha', 'evalsha'],
      ],
      ['read', () => invitations.read([id], 'p'), ['evalsha']],
      ['read two', () => invitations.read([id, 'another']), ['evalsha', 'evalsha']],
      ['claim', () => invitations.claim({ id, plan: `p${(plan += 1)}`, leaseSeconds: 60 }), ['evalsha']],
      ['renew', () => invitations.renew({ id, seat: '@p', token: 't', leaseSeconds: 60 }), ['evalsha']],
      ['hold', () => invitations.reserve({ id, plan: `p${(plan += 1)}` }), ['evalsha']],
      ['let go', () => invitations.releaseReservation(id, 'p'), ['evalsha']],
      [
        'commit',
        () => invitations.commit({ id, seat: `@p${(plan += 1)}`, plan: `p${plan}`, user: 'u' }),
        ['evalsha', 'evalsha'],
      ],
      ['commit again', () => invitations.commit({ id, seat: '@p', plan: 'p', user: 'u' }), ['evalsha']],
      ['release', () => invitations.release({ id, seat: '@p', token: 't' }), ['evalsha']],
      ['lapsed', () => invitations.lapsed(id), ['evalsha']],
      ['edit', () => edit({ max: current.max === 7 ? 8 : 7 }), ['evalsha', 'zadd', 'zadd']],
      ['edit what is searched', () => edit({ label: `l${current.version}` }), ['evalsha', 'zadd', 'zadd', 'zrem']],
      [
        'an edit that comes too late',
        () => invitations.edit(record, { ...record, version: 99 }, 'edited'),
        ['evalsha'],
      ],
      ['create a mailed one', () => invitations.create(mailed()), ['zadd', 'zadd', 'zadd', 'zadd', 'evalsha']],
      [
        'reserve an outstanding one',
        () => invitations.reserveOutstanding({ record: mailed(), ceilings, instead: [], seconds: 60 }),
        ['evalsha'],
      ],
      ['list', () => invitations.list({ limit: 2 }), ['evalsha', 'evalsha', 'evalsha']],
      ['list by inviter', () => invitations.list({ limit: 2, inviter }), ['evalsha', 'evalsha']],
      ['search', () => invitations.list({ limit: 2, search: 'spr' }), ['zrangebylex', 'evalsha']],
      ['seats', () => invitations.seats(id, { limit: 100 }), ['hscan', 'zmscore']],
      ['who came', () => invitations.originOf('u'), ['get']],
      ['begin an erasure', () => invitations.beginErasure('u', { tombstone: 'erased', tenant: null }), ['evalsha']],
      ['erase', erased, ['evalsha', 'evalsha', 'get', 'hget', 'evalsha', 'set', 'del']],
      ['ledger', () => invitations.ledger(id), ['hget', 'lrange']],
      [
        'refused, two',
        () =>
          invitations.refused([
            { reference: 'R', cause: 'unknown', id: null, at: 0 },
            { reference: 'S', cause: 'expired', id: null, at: 0 },
          ]),
        ['evalsha'],
      ],
      ['explain', () => invitations.explain('R'), ['hget']],
      ['consume', () => limits.consume('l', 60), ['evalsha']],
      ['reward', () => limits.reward('l', 60), ['evalsha']],
      [
        'consume, get and reward at once',
        () => Promise.all([limits.consume('l', 60), limits.consume('m', 60), limits.get('n'), limits.reward('o', 60)]),
        ['evalsha'],
      ],
    ];
    for (const [what, work, commands] of table) assert.deepEqual(await commandsOf(work), commands, what);
  });

  it('never scan all keys, and grow neither with seats nor with invitations', async () => {
    const store = createRedisInvitationStore({ redis: fixture.redis, keys: fixture.keys() });
    const cost = async (record: ReturnType<typeof sampleInvitation>, plan: string): Promise<number> => {
      await seen.clear();
      const answer = await store.claim({ id: record.id, plan, leaseSeconds: 60 });
      if (answer.type === 'claimed') await store.commit({ id: record.id, seat: answer.seat, plan, user: plan });
      await store.read([record.id], plan);
      return (await seen.commands()).length;
    };
    const record = sampleInvitation({ max: 10_000 });
    await store.create(record);
    const first = await cost(record, 'first');
    for (let at = 0; at < 2000; at += 1)
      await store.commit({ id: record.id, seat: String(at + 2), plan: `p${at}`, user: 'u' });
    // The first claim after accounts were found iterates over their seats once.
    await cost(record, 'walks');
    assert.ok((await cost(record, 'last')) <= first);
    const names = new Set((await seen.commands()).map(({ name }) => name.toLowerCase()));
    for (const slow of ['keys', 'scan', 'hgetall', 'hkeys', 'hvals', 'smembers', 'flushall'])
      assert.ok(!names.has(slow), slow);
  });

  it('use keys of one slot per script', async () => {
    const keys = fixture.keys();
    const slots = await Promise.all(
      Object.values({ ...keys.invitation('an-id'), call: keys.invitation('an-id').call('a-token') }).map((key) =>
        fixture.client.cluster('KEYSLOT', key).catch(() => key.match(/\{.*\}/)?.[0]),
      ),
    );
    assert.equal(new Set(slots).size, 1);
  });

  it('leave nothing of a plan that released its seat', async () => {
    const keys = fixture.keys();
    const store = createRedisInvitationStore({ redis: fixture.redis, keys });
    const record = sampleInvitation();
    await store.create(record);
    const answer = await store.claim({ id: record.id, plan: 'p', leaseSeconds: 60 });
    if (answer.type !== 'claimed') return assert.fail(answer.type);
    await store.release({ id: record.id, seat: answer.seat, token: answer.token });
    const { seats, plans, open } = keys.invitation(record.id);
    assert.deepEqual(await fixture.client.exists(seats, plans, open), 0);
  });

  it('for a refusal are counted by cause', async () => {
    const keys = fixture.keys();
    const store = createRedisInvitationStore({ redis: fixture.redis, keys });
    const noted = Array.from({ length: 150 }, (_, at) => ({
      reference: `R${at}`,
      cause: at % 3 === 0 ? 'expired' : 'unknown',
      id: null,
      at: 0,
    }));
    await store.refused(noted.slice(0, 20));
    await store.refused(noted.slice(20));
    assert.deepEqual(await fixture.client.hgetall(keys.refusals.counts), { expired: '50', unknown: '100' });
    assert.equal(await fixture.client.hlen(keys.refusals.causes), 100);
  });
});
