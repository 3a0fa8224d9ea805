import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { ContractCase } from './contract.js';
import type { OneCase } from './store-fixture.js';
import { sampleInvitation } from './sample-invitation.js';

/** The effects of a redeemed seat, and accounts that the store did not know. */
export function invitationCommitCases(one: OneCase<ContractCase>): readonly ContractCase[] {
  return [
    one(
      'the redeemed seat of a plan is returned before anything else is checked',
      async ({ issue, take, commit, change, redeemed, snapshot, advance, now }) => {
        await issue({ max: 1 });
        await commit((await take('a')).seat, 'a', 'ann');
        const told = { seat: '1', user: 'ann' };
        assert.deepEqual(await redeemed('a'), told);
        advance(3_600_000);
        await change({ max: 1, revokedAt: now(), expires: now() - 1, notBefore: now() + 10_000 });
        assert.deepEqual(await redeemed('a'), told);
        assert.equal((await snapshot('a')).own, 'redeemed');
        assert.equal((await snapshot('b')).own, null);
      },
    ),
    one(
      'the age of a redemption is reported, and committing again does not reset it',
      async ({ issue, take, commit, ask, advance }) => {
        await issue({ max: 1 });
        const { seat } = await take('a');
        advance(30_000);
        await commit(seat, 'a');
        const age = async (): Promise<number> => {
          const told = await ask('a');
          if (told.type !== 'redeemed' || told.agoMs === null) return assert.fail(JSON.stringify(told));
          return told.agoMs;
        };
        // The store's own clock may be set back slightly during the test.
        const near = (found: number, wanted: number): void =>
          assert.ok(found >= wanted - 50 && found < wanted + 10_000, `${String(found)}, not ${String(wanted)}`);
        near(await age(), 0);
        advance(125_000);
        near(await age(), 125_000);
        await commit(seat, 'a');
        near(await age(), 125_000);
        advance(-200_000);
        assert.equal(await age(), 0, 'a clock that was set back');
      },
    ),
    one('a commit counts once, however often it is repeated', async ({ issue, take, commit, counts }) => {
      await issue();
      const { seat } = await take('a');
      await commit(seat, 'a');
      await commit(seat, 'a');
      assert.deepEqual(await counts(), [1, 0, 0]);
    }),
    one(
      'a commit is never refused for expiry, revocation or a lapsed lease',
      async ({ issue, take, commit, change, counts, ask, advance, now }) => {
        await issue({ max: 1 });
        const { seat } = await take('a', 1);
        advance(20_000);
        await change({ revokedAt: now(), expires: now() });
        await commit(seat, 'a');
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.equal((await ask('a')).type, 'redeemed');
      },
    ),
    one(
      'a redeemed seat is neither released nor lapses',
      async ({ store, issue, take, commit, release, advance, counts }) => {
        const { id } = await issue();
        const claimed = await take('a', 1);
        await commit(claimed.seat, 'a');
        assert.equal(await release(claimed), false);
        advance(3_600_000);
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.deepEqual(await store.lapsed(id), []);
      },
    ),
    one(
      'a seat that was released before its commit is not given to others',
      async ({ issue, take, release, commit, refused, counts }) => {
        await issue({ max: 2 });
        const a = await take('a');
        await release(a);
        await commit(a.seat, 'a');
        assert.equal((await take('b')).seat, '2');
        assert.equal(await refused('c'), 'held');
        assert.deepEqual(await counts(), [1, 1, 0]);
      },
    ),
    one(
      'a commit takes the seat from a plan that has only claimed it',
      async ({ issue, take, commit, redeemed, counts, release, snapshot }) => {
        await issue({ max: 2 });
        const b = await take('b');
        await commit(b.seat, 'a', 'ann');
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.equal((await snapshot('b')).own, null);
        assert.equal(await release(b), false);
        assert.equal((await take('b')).seat, '2');
        assert.deepEqual(await redeemed('a'), { seat: '1', user: 'ann' });
        await commit('2', 'b');
        assert.deepEqual(await counts(), [2, 0, 0]);
      },
    ),
    one(
      'a commit frees the other seat that the plan had claimed',
      async ({ issue, take, commit, counts, redeemed, release }) => {
        await issue({ max: 3 });
        const a = await take('a');
        await commit('2', 'a', 'ann');
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.equal(await release(a), false);
        assert.deepEqual(await redeemed('a'), { seat: '2', user: 'ann' });
        assert.equal((await take('b')).seat, '1');
        assert.equal((await take('c')).seat, '3');
      },
    ),
    one(
      'a seat claimed by the plan and redeemed by another stays redeemed',
      async ({ issue, take, commit, counts, redeemed }) => {
        await issue({ max: 3 });
        await take('a');
        await commit('1', 'b', 'bea');
        await commit('2', 'a', 'ann');
        assert.deepEqual(await counts(), [2, 0, 0]);
        assert.deepEqual(await redeemed('b'), { seat: '1', user: 'bea' });
      },
    ),
    one('seats committed without a claim are skipped', async ({ issue, take, commit, refused, counts }) => {
      await issue({ max: 4 });
      await commit('1', 'x');
      await commit('3', 'y');
      assert.equal((await take('a')).seat, '2');
      assert.equal((await take('b')).seat, '4');
      assert.equal(await refused('c'), 'held');
      assert.deepEqual(await counts(), [2, 2, 0]);
    }),
    one('a released seat that was committed in the meantime is skipped', async ({ issue, take, release, commit }) => {
      await issue({ max: 4 });
      const [a, b] = [await take('a'), await take('b')];
      await release(a);
      await release(b);
      await commit('1', 'x');
      assert.equal((await take('c')).seat, '2');
      assert.equal((await take('d')).seat, '3');
    }),
    one('a commit without a record is kept until the record is restored', async ({ store }) => {
      const id = randomId();
      await store.commit({ id, seat: '1', plan: 'a', user: 'ann' });
      assert.deepEqual(await store.read([id]), [null]);
      const told = await store.claim({ id, plan: 'a', leaseSeconds: 60 });
      assert.deepEqual(told.type === 'redeemed' && [told.seat, told.user], ['1', 'ann']);
      assert.deepEqual(await store.claim({ id, plan: 'b', leaseSeconds: 60 }), { type: 'refused', cause: 'unknown' });
      assert.equal(await store.create(sampleInvitation({ id, max: 1 })), true);
      assert.deepEqual(await store.claim({ id, plan: 'b', leaseSeconds: 60 }), { type: 'refused', cause: 'used_up' });
    }),
    one('ids of plans and users can contain any text', async ({ issue, take, commit, redeemed, snapshot }) => {
      await issue({ max: 2 });
      const [plan, user] = ['a "plan": {1}\\ü字', 'user:1:"2"'];
      await commit((await take(plan)).seat, plan, user);
      assert.deepEqual(await redeemed(plan), { seat: '1', user });
      assert.equal((await snapshot(plan)).own, 'redeemed');
    }),
  ];
}
