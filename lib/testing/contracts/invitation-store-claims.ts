import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { ContractCase } from './contract.js';
import type { OneCase } from './store-fixture.js';

/** Which seat a plan gets, and when it gets none. */
export function invitationClaimCases(one: OneCase<ContractCase>): readonly ContractCase[] {
  return [
    one('an unknown invitation gives no seat', async ({ store }) => {
      const answer = await store.claim({ id: randomId(), plan: 'a', leaseSeconds: 60 });
      assert.deepEqual(answer, { type: 'refused', cause: 'unknown' });
    }),
    one('plans get the lowest numbers, with the current record', async ({ issue, take }) => {
      const record = await issue();
      const claimed = await take('a');
      assert.deepEqual([claimed.seat, claimed.record], ['1', record]);
      assert.equal((await take('b')).seat, '2');
      assert.equal((await take('c')).seat, '3');
    }),
    one('concurrent claims get different seats, and no more than there are', async ({ issue, ask, counts }) => {
      await issue({ max: 10 });
      const answers = await Promise.all(Array.from({ length: 100 }, (_, at) => ask(`plan ${at}`)));
      const seats = answers.flatMap((answer) => (answer.type === 'claimed' ? Number(answer.seat) : []));
      assert.deepEqual(
        seats.sort((a, b) => a - b),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      );
      assert.ok(
        answers.every((answer) => answer.type === 'claimed' || (answer.type === 'refused' && answer.cause === 'held')),
      );
      assert.deepEqual(await counts(), [0, 10, 0]);
    }),
    one(
      'claiming again keeps the seat under a new token, and voids the old token',
      async ({ issue, take, release, counts }) => {
        await issue();
        const first = await take('a');
        const again = await take('a');
        assert.equal(again.seat, first.seat);
        assert.notEqual(again.token, first.token);
        assert.deepEqual(await counts(), [0, 1, 0]);
        assert.equal(await release(first), false);
        assert.equal(await release(again), true);
      },
    ),
    one('claiming again restarts the lease', async ({ issue, take, advance, counts }) => {
      await issue();
      await take('a', 60);
      advance(40_000);
      await take('a', 60);
      advance(40_000);
      assert.deepEqual(await counts(), [0, 1, 0]);
    }),
    one(
      'a released seat is given again before a new one, the lowest number first',
      async ({ issue, take, release }) => {
        await issue({ max: 6 });
        await take('a');
        const [b, c, d] = [await take('b'), await take('c'), await take('d')];
        assert.equal(d.seat, '4');
        assert.equal(await release(c), true);
        assert.equal(await release(b), true);
        assert.equal((await take('e')).seat, '2');
        assert.equal((await take('f')).seat, '3');
        assert.equal((await take('g')).seat, '5');
      },
    ),
    one('a plan that released its seat can claim again', async ({ issue, take, release }) => {
      await issue({ max: 1 });
      const first = await take('a');
      assert.equal(await release(first), true);
      assert.equal(await release(first), false);
      assert.equal((await take('a')).seat, '1');
    }),
    one('a seat is released only with its own token', async ({ store, issue, take, snapshot, counts }) => {
      const { id } = await issue();
      const { seat } = await take('a');
      assert.equal(await store.release({ id, seat, token: 'another' }), false);
      assert.equal(await store.release({ id, seat: '2', token: 'another' }), false);
      assert.deepEqual(await counts(), [0, 1, 0]);
      assert.equal((await snapshot('a')).own, 'claimed');
      assert.equal((await snapshot('b')).own, null);
    }),
    one('a revoked invitation gives no seat', async ({ issue, refused, now }) => {
      await issue({ revokedAt: now() - 1 });
      assert.equal(await refused('a'), 'revoked');
    }),
    one(
      'it is valid from its first instant, and strictly before its last',
      async ({ issue, refused, take, advance, now }) => {
        const start = now() + 10_000;
        await issue({ notBefore: start, expires: start + 10_000 });
        advance(start - now() - 1000);
        assert.equal(await refused('a'), 'not_yet');
        advance(start - now() + 1000);
        await take('a');
        advance(start + 9000 - now());
        await take('b');
        advance(start + 10_000 - now());
        assert.equal(await refused('c'), 'expired');
      },
    ),
    one('an active claim is renewed whatever the record says now', async ({ issue, take, change, now }) => {
      await issue({ max: 1 });
      await take('a');
      await change({ revokedAt: now() - 1 });
      assert.equal((await take('a')).seat, '1');
      await change({ revokedAt: null, expires: now() - 1 });
      assert.equal((await take('a')).seat, '1');
    }),
    one(
      'a lapsed claim is renewed only while the invitation is valid',
      async ({ issue, take, change, refused, advance, now }) => {
        await issue({ max: 1 });
        await take('a', 1);
        advance(20_000);
        await change({ revokedAt: now() });
        assert.equal(await refused('a'), 'revoked');
        await change({ revokedAt: null, expires: now() });
        assert.equal(await refused('a'), 'expired');
        await change({ expires: now() + 10_000 });
        assert.equal((await take('a')).seat, '1');
      },
    ),
    one('a lapsed claim is renewed before a new seat is searched', async ({ issue, take, advance, counts }) => {
      await issue({ max: 2 });
      await take('a', 1);
      advance(20_000);
      assert.equal((await take('a', 1)).seat, '1');
      assert.deepEqual(await counts(), [0, 1, 0]);
    }),
    one(
      'refuses as held once every seat is claimed, and as used up once every seat is redeemed',
      async ({ issue, take, commit, refused }) => {
        await issue({ max: 2 });
        const [a, b] = [await take('a'), await take('b')];
        assert.equal(await refused('c'), 'held');
        await commit(a.seat, 'a');
        assert.equal(await refused('c'), 'held');
        await commit(b.seat, 'b');
        assert.equal(await refused('c'), 'used_up');
      },
    ),
    one('with every seat taken, lapsed claims must be settled first', async ({ issue, take, ask, advance, counts }) => {
      await issue({ max: 2 });
      const a = await take('a', 1);
      await take('b', 60);
      advance(20_000);
      assert.deepEqual(await counts(), [0, 2, 1]);
      assert.deepEqual(await ask('c'), { type: 'settle', lapsed: [{ seat: a.seat, token: a.token, plan: 'a' }] });
    }),
    one('at most ten claims are settled at a time', async ({ issue, take, ask, advance, store }) => {
      const { id } = await issue({ max: 12 });
      for (let at = 0; at < 12; at += 1) await take(`plan ${at}`, 1);
      assert.deepEqual(await store.lapsed(id), []);
      advance(20_000);
      const answer = await ask('late');
      assert.equal(answer.type === 'settle' && new Set(answer.lapsed.map(({ seat }) => seat)).size, 10);
      assert.equal((await store.lapsed(id)).length, 10);
    }),
    one(
      'lapsed claims of a revoked invitation are listed too, active ones are not',
      async ({ store, issue, take, change, advance, now }) => {
        const { id } = await issue();
        const { seat, token } = await take('a', 1);
        await take('b', 60);
        advance(20_000);
        await change({ revokedAt: now() });
        assert.deepEqual(await store.lapsed(id), [{ seat, token, plan: 'a' }]);
      },
    ),
    one('a lease is extended with its token, even after it lapsed', async ({ store, issue, take, advance, counts }) => {
      const { id } = await issue();
      const { seat, token } = await take('a', 1);
      assert.equal(await store.renew({ id, seat, token, leaseSeconds: 60 }), true);
      advance(30_000);
      assert.deepEqual(await counts(), [0, 1, 0]);
      advance(60_000);
      assert.deepEqual(await counts(), [0, 1, 1]);
      assert.equal(await store.renew({ id, seat, token, leaseSeconds: 60 }), true);
      assert.deepEqual(await counts(), [0, 1, 0]);
    }),
    one(
      'a lease is not extended with another token, nor after release or redemption',
      async ({ store, issue, take, release, commit, counts }) => {
        const { id } = await issue();
        const [a, b] = [await take('a'), await take('b')];
        assert.equal(await store.renew({ id, seat: a.seat, token: b.token, leaseSeconds: 60 }), false);
        await release(a);
        assert.equal(await store.renew({ id, seat: a.seat, token: a.token, leaseSeconds: 60 }), false);
        await commit(b.seat, 'b');
        assert.equal(await store.renew({ id, seat: b.seat, token: b.token, leaseSeconds: 60 }), false);
        assert.deepEqual(await counts(), [1, 0, 0]);
      },
    ),
    one(
      'without a maximum, every plan gets a seat named after the plan',
      async ({ issue, take, commit, release, counts, redeemed }) => {
        await issue({ max: null });
        const a = await take('a');
        assert.deepEqual([a.seat, (await take('b')).seat, (await take('a')).seat], ['@a', '@b', '@a']);
        await commit('@a', 'a');
        assert.equal(await release(await take('b')), true);
        assert.deepEqual(await counts(), [1, 0, 0]);
        assert.deepEqual(await redeemed('a'), { seat: '@a', user: 'user of a' });
      },
    ),
    one('a maximum set later counts the seats taken without one', async ({ issue, take, commit, change, refused }) => {
      await issue({ max: null });
      await commit((await take('a')).seat, 'a');
      await commit((await take('b')).seat, 'b');
      await change({ max: 3 });
      await commit((await take('c')).seat, 'c');
      assert.equal(await refused('d'), 'used_up');
    }),
    one(
      'a lowered maximum counts the seats taken, whatever their numbers',
      async ({ issue, take, commit, release, change, refused }) => {
        await issue({ max: 5 });
        const claims = [await take('a'), await take('b'), await take('c'), await take('d'), await take('e')];
        for (const claimed of claims.slice(0, 3)) await release(claimed);
        await commit('4', 'd');
        await commit('5', 'e');
        await change({ max: 3 });
        await commit((await take('f')).seat, 'f');
        assert.equal(await refused('g'), 'used_up');
      },
    ),
    one('a raised maximum opens more seats', async ({ issue, take, commit, change, refused }) => {
      await issue({ max: 1 });
      await commit((await take('a')).seat, 'a');
      assert.equal(await refused('b'), 'used_up');
      await change({ max: 2 });
      assert.equal((await take('b')).seat, '2');
    }),
    one('invitations are independent of each other', async ({ issue, take, counts }) => {
      await issue({ max: 1 });
      await take('a');
      await issue({ max: 1 });
      assert.deepEqual(await counts(), [0, 0, 0]);
      assert.equal((await take('a')).seat, '1');
    }),
  ];
}
