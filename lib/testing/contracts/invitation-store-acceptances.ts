import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { ContractCase } from './contract.js';
import type { OneCase } from './store-fixture.js';

/** Seats of accounts that were there before the invitation. */
export function invitationAcceptanceCases(one: OneCase<ContractCase>): readonly ContractCase[] {
  return [
    one(
      'an account that accepts keeps its origin, and has the seat beside it',
      async ({ store, issue, take, commit }) => {
        const ann = randomId();
        const first = await issue({ max: 5 });
        await commit((await take('a')).seat, 'a', ann);
        const origin = await store.originOf(ann);
        assert.deepEqual(await store.acceptancesOf(ann), []);
        const second = await issue({ max: 5 });
        const { seat } = await take('b');
        const accepting = { id: second.id, seat, plan: 'b', user: ann, accepted: true };
        assert.equal(await store.commit(accepting), true);
        assert.equal(await store.commit(accepting), false, 'a commit counts once');
        assert.deepEqual(await store.originOf(ann), origin);
        assert.equal(origin?.id, first.id);
        assert.deepEqual(
          (await store.acceptancesOf(ann)).map(({ at: _at, ...acceptance }) => acceptance),
          [{ id: second.id, seat }],
        );
        assert.deepEqual(
          (await store.seats(second.id, { limit: 10 })).seats.map(({ type, user }) => [type, user]),
          [['redeemed', ann]],
        );
      },
    ),
    one('an erased account is in no acceptance, and others keep theirs', async ({ store, issue, take, snapshot }) => {
      const [ann, bob, tombstone] = [randomId(), randomId(), `erased-${randomId()}`];
      const { id } = await issue({ max: 5 });
      for (const [plan, user] of [
        ['a', ann],
        ['b', bob],
      ] as const)
        await store.commit({ id, seat: (await take(plan)).seat, plan, user, accepted: true });
      await store.erase(id, ann, tombstone);
      assert.deepEqual(await store.acceptancesOf(ann), []);
      assert.deepEqual(
        (await store.acceptancesOf(tombstone)).map((acceptance) => acceptance.id),
        [id],
      );
      assert.deepEqual(
        (await store.acceptancesOf(bob)).map((acceptance) => acceptance.id),
        [id],
      );
      const users = (await store.seats(id, { limit: 10 })).seats.map(({ user }) => user);
      assert.deepEqual([...users].sort(), [bob, tombstone].sort());
      assert.equal(JSON.stringify(await store.ledger(id)).includes(ann), false);
      assert.equal((await snapshot('a')).own, 'redeemed', 'the seat stays taken');
    }),
    one(
      'erasing an account between its acceptance and the commit leaves only the tombstone',
      async ({ store, issue, take, advance }) => {
        const { id } = await issue({ max: 5 });
        const [ann, tombstone] = [randomId(), `erased-${randomId()}`];
        const { seat } = await take('a', 60);
        await store.beginErasure(ann, { tombstone, tenant: null });
        advance(10_000);
        await store.commit({ id, seat, plan: 'a', user: ann, accepted: true });
        assert.deepEqual(
          (await store.seats(id, { limit: 10 })).seats.map(({ user }) => user),
          [tombstone],
        );
        assert.deepEqual(await store.acceptancesOf(ann), []);
        assert.deepEqual(
          (await store.acceptancesOf(tombstone)).map((acceptance) => acceptance.id),
          [id],
        );
        assert.equal(await store.originOf(tombstone), null);
      },
    ),
  ];
}
