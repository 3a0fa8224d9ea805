import assert from 'node:assert/strict';
import type { InvitationStore } from '../../../lib/ports/invitation-store.js';
import type { ContractCase } from '../../../lib/testing/contracts/contract.js';
import { caseOf, type Opened } from './invitation-counter.js';
import { personCases } from './person-cases.js';

/**
 * Rules of reservations and persons beyond those of the contract: combinations that occur when writes are interrupted.
 */
export function holdCases(open: () => Promise<Opened>): readonly ContractCase[] {
  const one = caseOf(open);
  return [
    ...personCases(open),
    one(
      'a reservation outlives the end of the invitation, also after a failed write',
      { max: 1, reservationSeconds: 600 },
      async ({ reserve: reservation, take, advance, change, now, refused }) => {
        await reservation('a');
        await take('a');
        await change({ expires: now() + 1000 });
        advance(120_000);
        assert.equal((await take('a')).seat, '1');
        advance(600_000);
        assert.equal(await refused('a'), 'expired');
      },
    ),
    one(
      'reserving while the outcome of the plan’s write is unknown says so, reserved or not',
      { max: 1, reservationSeconds: 600 },
      async ({ reserve: reservation, take, advance, counts }) => {
        await reservation('a');
        await take('a');
        advance(120_000);
        assert.equal(await reservation('a'), 'settle');
        assert.deepEqual(await counts(), [0, 0, 1, 1]);
      },
    ),
    one(
      'a write whose seat is reserved again can no longer change it',
      { max: 1, reservationSeconds: 600 },
      async ({ store, id, reserve: reservation, take, advance, counts }) => {
        await reservation('a');
        const { seat, token } = await take('a');
        assert.equal(await store.release({ id, seat, token }), true);
        assert.equal(await store.renew({ id, seat, token, leaseSeconds: 3600 }), false);
        assert.equal(await store.release({ id, seat, token }), false);
        assert.deepEqual(await counts(), [0, 1, 0, 0]);
        advance(120_000);
        assert.deepEqual(await counts(), [0, 1, 0, 0]);
        assert.equal(await store.releaseReservation(id, 'a'), true);
        assert.equal(await reservation('a'), 'held');
        advance(601_000);
        assert.deepEqual(await counts(), [0, 0, 0, 0]);
      },
    ),
    one(
      'all expired reservations are free at once, even if the maximum was lowered',
      { max: 30, reservationSeconds: 60 },
      async ({ reserve: reservation, take, advance, change, counts }) => {
        for (let at = 0; at < 30; at += 1) assert.equal(await reservation(`p${at}`), 'held');
        advance(61_000);
        await change({ max: 3 });
        assert.deepEqual(await counts(), [0, 0, 0, 0]);
        for (const plan of ['a', 'b', 'c']) await take(plan);
        assert.deepEqual(await counts(), [0, 0, 3, 0]);
      },
    ),
    one(
      'a released seat is given again, the lowest number first',
      { max: 4, reservationSeconds: 60 },
      async ({ store, id, reserve: reservation, take, advance }) => {
        for (const plan of ['a', 'b', 'c']) await reservation(plan);
        assert.equal(await store.releaseReservation(id, 'b'), true);
        assert.equal((await take('d')).seat, '2');
        advance(61_000);
        assert.equal((await store.claim({ id, plan: 'e', leaseSeconds: 60 })).type, 'claimed');
        assert.deepEqual(await store.lapsed(id), [{ seat: '2', plan: 'd', token: (await tokenOf(store, id)) ?? '' }]);
      },
    ),
    one(
      'an expired reservation no longer belongs to its plan once another has the seat',
      { max: 1, reservationSeconds: 60 },
      async ({ store, id, reserve: reservation, take, advance, counts }) => {
        await reservation('a');
        advance(61_000);
        await take('b');
        assert.equal(await store.releaseReservation(id, 'a'), false);
        assert.deepEqual(await counts(), [0, 0, 1, 0]);
        const [snapshot] = await store.read([id], 'a');
        assert.equal(snapshot?.own, null);
      },
    ),
    one(
      'a claim made without a reservation is not released by releaseReservation',
      { max: 1, reservationSeconds: 60 },
      async ({ store, id, take, counts }) => {
        await take('a');
        assert.equal(await store.releaseReservation(id, 'a'), false);
        assert.deepEqual(await counts(), [0, 0, 1, 0]);
      },
    ),
    one(
      'without reservations nothing is stored or recorded',
      { max: 1 },
      async ({ store, id, reserve: reservation }) => {
        assert.equal(await reservation('a'), 'held');
        const { seats } = await store.seats(id, { limit: 10 });
        assert.deepEqual([seats, (await store.ledger(id)).map(({ kind }) => kind)], [[], ['issued']]);
      },
    ),
    one(
      'an account found under a reservation ends it',
      { max: 2, reservationSeconds: 600 },
      async ({ store, id, reserve: reservation, take, counts }) => {
        await reservation('a');
        await take('b');
        await store.commit({ id, seat: '1', plan: 'a', user: 'ann' });
        assert.deepEqual(await counts(), [1, 0, 1, 0]);
      },
    ),
    one('an account found again does not replace a redeemed seat', { max: 3 }, async ({ store, id, counts }) => {
      await store.commit({ id, seat: '1', plan: 'a', user: 'ann' });
      await store.commit({ id, seat: '2', plan: 'a', user: 'ann' });
      assert.deepEqual(await counts(), [2, 0, 0, 0]);
    }),
    one('an erased person is in no seat and no ledger entry', { max: 5 }, async ({ store, id, take }) => {
      const { seat } = await take('a');
      await store.commit({ id, seat, plan: 'a', user: 'ann' });
      await store.erase(id, 'ann', 'erased-1');
      const { seats } = await store.seats(id, { limit: 100 });
      const ledger = await store.ledger(id);
      assert.deepEqual(
        [seats[0]?.user, ledger.map(({ kind, user }) => `${kind} ${user ?? ''}`)],
        ['erased-1', ['issued ', 'claimed ', 'redeemed erased-1', 'erased ']],
      );
      assert.deepEqual([await store.originOf('ann'), (await store.originOf('erased-1'))?.id], [null, id]);
    }),
  ];
}

async function tokenOf(store: InvitationStore, id: string): Promise<string | undefined> {
  return (await store.lapsed(id))[0]?.token;
}
