import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { ContractCase } from './contract.js';
import type { OneCase } from './store-fixture.js';
import { sampleInvitation } from './sample-invitation.js';

/** What a redeemed place means, and accounts of which the store had not known. */
export function invitationCommitCases(one: OneCase<ContractCase>): readonly ContractCase[] {
  return [
    one(
      "a plan's redeemed place is told before anything else is looked at",
      async ({ issue, take, commit, change, redeemed, standing, advance, now }) => {
        await issue({ max: 1 });
        await commit((await take('a')).place, 'a', 'ann');
        const told = { place: '1', user: 'ann' };
        assert.deepEqual(await redeemed('a'), told);
        advance(3_600_000);
        await change({ max: 1, revokedAt: now(), expires: now() - 1, notBefore: now() + 10_000 });
        assert.deepEqual(await redeemed('a'), told);
        assert.equal((await standing('a')).own, 'redeemed');
        assert.equal((await standing('b')).own, null);
      },
    ),
    one(
      'it is told how long ago a place was redeemed, and saying it again does not make it younger',
      async ({ issue, take, commit, ask, advance }) => {
        await issue({ max: 1 });
        const { place } = await take('a');
        advance(30_000);
        await commit(place, 'a');
        const age = async (): Promise<number> => {
          const told = await ask('a');
          if (told.is !== 'redeemed' || told.agoMs === null) return assert.fail(JSON.stringify(told));
          return told.agoMs;
        };
        // The store's own clock may be set back a little while this runs.
        const near = (found: number, wanted: number): void =>
          assert.ok(found >= wanted - 50 && found < wanted + 10_000, `${String(found)}, not ${String(wanted)}`);
        near(await age(), 0);
        advance(125_000);
        near(await age(), 125_000);
        await commit(place, 'a');
        near(await age(), 125_000);
        advance(-200_000);
        assert.equal(await age(), 0, 'a clock that was set back');
      },
    ),
    one('a commit counts once, however often it is said', async ({ issue, take, commit, counts }) => {
      await issue();
      const { place } = await take('a');
      await commit(place, 'a');
      await commit(place, 'a');
      assert.deepEqual(await counts(), [1, 0, 0]);
    }),
    one(
      'a commit is never refused: not for time, not for revocation, not for a lapsed lease',
      async ({ issue, take, commit, change, counts, ask, advance, now }) => {
        await issue({ max: 1 });
        const { place } = await take('a', 1);
        advance(20_000);
        await change({ revokedAt: now(), expires: now() });
        await commit(place, 'a');
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.equal((await ask('a')).is, 'redeemed');
      },
    ),
    one(
      'a redeemed place is not released, nor lapses',
      async ({ store, issue, take, commit, release, advance, counts }) => {
        const { id } = await issue();
        const claimed = await take('a', 1);
        await commit(claimed.place, 'a');
        assert.equal(await release(claimed), false);
        advance(3_600_000);
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.deepEqual(await store.lapsed(id), []);
      },
    ),
    one(
      'a place that was released before its commit is not given to others',
      async ({ issue, take, release, commit, refused, counts }) => {
        await issue({ max: 2 });
        const a = await take('a');
        await release(a);
        await commit(a.place, 'a');
        assert.equal((await take('b')).place, '2');
        assert.equal(await refused('c'), 'held');
        assert.deepEqual(await counts(), [1, 1, 0]);
      },
    ),
    one(
      'a commit takes the place from a plan that has only claimed it',
      async ({ issue, take, commit, redeemed, counts, release, standing }) => {
        await issue({ max: 2 });
        const b = await take('b');
        await commit(b.place, 'a', 'ann');
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.equal((await standing('b')).own, null);
        assert.equal(await release(b), false);
        assert.equal((await take('b')).place, '2');
        assert.deepEqual(await redeemed('a'), { place: '1', user: 'ann' });
        await commit('2', 'b');
        assert.deepEqual(await counts(), [2, 0, 0]);
      },
    ),
    one(
      'a commit frees the other place that the plan had claimed',
      async ({ issue, take, commit, counts, redeemed, release }) => {
        await issue({ max: 3 });
        const a = await take('a');
        await commit('2', 'a', 'ann');
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.equal(await release(a), false);
        assert.deepEqual(await redeemed('a'), { place: '2', user: 'ann' });
        assert.equal((await take('b')).place, '1');
        assert.equal((await take('c')).place, '3');
      },
    ),
    one(
      'a place that the plan had claimed and another redeemed stays redeemed',
      async ({ issue, take, commit, counts, redeemed }) => {
        await issue({ max: 3 });
        await take('a');
        await commit('1', 'b', 'bea');
        await commit('2', 'a', 'ann');
        assert.deepEqual(await counts(), [2, 0, 0]);
        assert.deepEqual(await redeemed('b'), { place: '1', user: 'bea' });
      },
    ),
    one(
      'places that were committed without a claim are passed over',
      async ({ issue, take, commit, refused, counts }) => {
        await issue({ max: 4 });
        await commit('1', 'x');
        await commit('3', 'y');
        assert.equal((await take('a')).place, '2');
        assert.equal((await take('b')).place, '4');
        assert.equal(await refused('c'), 'held');
        assert.deepEqual(await counts(), [2, 2, 0]);
      },
    ),
    one('a released place that was committed meanwhile is passed over', async ({ issue, take, release, commit }) => {
      await issue({ max: 4 });
      const [a, b] = [await take('a'), await take('b')];
      await release(a);
      await release(b);
      await commit('1', 'x');
      assert.equal((await take('c')).place, '2');
      assert.equal((await take('d')).place, '3');
    }),
    one('a commit without a record is kept until the record comes back', async ({ store }) => {
      const id = randomId();
      await store.commit({ id, place: '1', plan: 'a', user: 'ann' });
      assert.deepEqual(await store.read([id]), [null]);
      const told = await store.claim({ id, plan: 'a', leaseSeconds: 60 });
      assert.deepEqual(told.is === 'redeemed' && [told.place, told.user], ['1', 'ann']);
      assert.deepEqual(await store.claim({ id, plan: 'b', leaseSeconds: 60 }), { is: 'refused', cause: 'unknown' });
      assert.equal(await store.create(sampleInvitation({ id, max: 1 })), true);
      assert.deepEqual(await store.claim({ id, plan: 'b', leaseSeconds: 60 }), { is: 'refused', cause: 'used_up' });
    }),
    one('ids of plans and users may hold any text', async ({ issue, take, commit, redeemed, standing }) => {
      await issue({ max: 2 });
      const [plan, user] = ['a "plan": {1}\\ü字', 'user:1:"2"'];
      await commit((await take(plan)).place, plan, user);
      assert.deepEqual(await redeemed(plan), { place: '1', user });
      assert.equal((await standing(plan)).own, 'redeemed');
    }),
  ];
}
