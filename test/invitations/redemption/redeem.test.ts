import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { createRedemptionTable } from '../../../lib/stores/memory/redemptions.js';
import { createConnection } from '../../../lib/stores/redis/connection.js';
import { createRedisInvitationStore } from '../../../lib/stores/redis/invitation-store.js';
import { redeemContract } from '../../../lib/testing/contracts/redeem.js';
import { createRedemptionFixture } from '../../../lib/testing/contracts/redemption-fixture.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { redisFixture, type RedisFixture } from '../../support/stores/redis-fixture.js';

describe('redeeming', () => {
  const table = () => {
    const redemptions = createRedemptionTable();
    return { redemptions, insert: async (row: Parameters<typeof redemptions.insert>[0]) => redemptions.insert(row) };
  };

  describe('over invitations in memory', () => {
    const open = async () => {
      const clock = fakeClock();
      return { store: createMemoryInvitationStore({ clock }), advance: clock.advance, ...table() };
    };
    for (const { title, run } of redeemContract(open)) it(title, run);
  });

  // Many drivers return `undefined` if there is no row, and JavaScript apps pass it on.
  describe('over redemptions that answer undefined where there is none', () => {
    const open = async () => {
      const clock = fakeClock();
      const { redemptions, insert } = table();
      const find = (async (by) => (await redemptions.find(by)) ?? undefined) as typeof redemptions.find;
      const store = createMemoryInvitationStore({ clock });
      return { store, advance: clock.advance, redemptions: { ...redemptions, find }, insert };
    };
    for (const { title, run } of redeemContract(open)) it(title, run);
  });

  describe('over invitations in Redis', () => {
    let fixture: RedisFixture;
    before(async () => {
      fixture = await redisFixture();
    });
    after(() => fixture.server.stop());
    const open = async () => {
      const clock = fakeClock();
      const store = createRedisInvitationStore({ redis: fixture.redis, keys: fixture.keys(), skewMs: clock.skew });
      return { store, advance: clock.advance, ...table() };
    };
    for (const { title, run } of redeemContract(open)) it(title, run);

    it('gives a thousand concurrent plans on many connections exactly ten accounts', async () => {
      const clock = fakeClock();
      const keys = fixture.keys();
      const { redemptions, insert } = table();
      const managers = Array.from({ length: 20 }, () => {
        const redis = createConnection(fixture.server.client());
        const store = createRedisInvitationStore({ redis, keys, skewMs: clock.skew });
        return createRedemptionFixture({ store, redemptions, insert, advance: clock.advance });
      });
      const [first] = managers;
      const invitation = await first?.issue({ max: 10 });
      const order = { invitation: { id: invitation?.id ?? '', version: 1 } };
      const done = await Promise.all(
        managers.flatMap((manager, at) =>
          Array.from({ length: 50 }, (_, plan) => manager.signUp(`p${at} ${plan}`, order)),
        ),
      );
      assert.equal(done.filter((answer) => answer.type === 'redeemed').length, 10);
      assert.equal(done.filter((answer) => answer.type === 'refused').length, 990);
      await Promise.all(managers.map(({ invitations }) => invitations.idle()));
      assert.deepEqual(await first?.counts(), [10, 0]);
    });
  });
});
