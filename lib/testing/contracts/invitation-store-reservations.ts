import assert from 'node:assert/strict';
import type { ContractCase } from './contract.js';
import type { OneCase } from './store-fixture.js';

/** Seats that are reserved from the code page on, and seats of one person. */
export function invitationReservationCases(one: OneCase<ContractCase>): readonly ContractCase[] {
  const minute = 60_000;
  return [
    one('a reservation takes one seat, and the write claims that seat', async ({ store, issue, take, snapshot }) => {
      const { id } = await issue({ max: 1, reservationSeconds: 900 });
      assert.equal((await store.reserve({ id, plan: 'a' })).type, 'held');
      assert.equal((await store.reserve({ id, plan: 'a' })).type, 'held');
      const { held, claimed, redeemed, own } = await snapshot('a');
      assert.deepEqual([held, claimed, redeemed, own], [1, 0, 0, 'claimed']);
      assert.deepEqual(await store.reserve({ id, plan: 'b' }), { type: 'refused', cause: 'held' });
      assert.equal((await take('a')).seat, '1');
      assert.deepEqual([(await snapshot()).held, (await snapshot()).claimed], [0, 1]);
    }),
    one('an invitation without reservations reserves nothing', async ({ store, issue, snapshot }) => {
      const { id } = await issue({ max: 1 });
      assert.deepEqual(await store.reserve({ id, plan: 'a' }), { type: 'held', until: null });
      assert.equal((await snapshot()).held, 0);
    }),
    one(
      'a reservation expires, and asking again does not extend it',
      async ({ store, issue, advance, refused, take, snapshot }) => {
        const { id } = await issue({ max: 1, reservationSeconds: 900 });
        const { now } = await snapshot();
        const first = await store.reserve({ id, plan: 'a' });
        const until = first.type === 'held' ? first.until : null;
        // The store's clock may run a little apart from one call to the next.
        assert.ok(until !== null && Math.abs(until - (now + 15 * minute)) < minute / 2, String(until));
        advance(14 * minute);
        assert.deepEqual(await store.reserve({ id, plan: 'a' }), { type: 'held', until });
        assert.equal(await refused('b'), 'held');
        advance(2 * minute);
        assert.equal((await take('b')).seat, '1');
        assert.deepEqual(await store.reserve({ id, plan: 'a' }), { type: 'refused', cause: 'held' });
      },
    ),
    one(
      'a lapsed reservation needs no settling, a lapsed claim under a reservation does',
      async ({ store, issue, advance, take, ask }) => {
        const { id } = await issue({ max: 1, reservationSeconds: 60 });
        await store.reserve({ id, plan: 'a' });
        advance(2 * minute);
        assert.deepEqual(await store.lapsed(id), []);
        const claimed = await take('b', 60);
        advance(2 * minute);
        const answer = await ask('c');
        assert.deepEqual(answer, { type: 'settle', lapsed: [{ seat: '1', token: claimed.token, plan: 'b' }] });
        await store.reserve({ id, plan: 'b' });
        assert.equal(
          (await ask('c')).type,
          'settle',
          'a hold asked for later must not hide a write of unknown outcome',
        );
      },
    ),
    one(
      'a released seat returns to its active reservation',
      async ({ store, issue, take, release, snapshot, advance }) => {
        const { id } = await issue({ max: 1, reservationSeconds: 900 });
        await store.reserve({ id, plan: 'a' });
        assert.equal(await release(await take('a')), true);
        assert.deepEqual([(await snapshot('a')).held, (await snapshot('a')).own], [1, 'claimed']);
        const late = await take('a');
        advance(16 * minute);
        assert.equal(await release(late), true);
        assert.deepEqual([(await snapshot()).held, (await snapshot()).claimed], [0, 0]);
      },
    ),
    one(
      'a plan releases its reservation, but never a seat that is being written',
      async ({ store, issue, take, refused, snapshot }) => {
        const { id } = await issue({ max: 1, reservationSeconds: 900 });
        await store.reserve({ id, plan: 'a' });
        assert.equal(await store.releaseReservation(id, 'b'), false);
        assert.equal(await store.releaseReservation(id, 'a'), true);
        assert.equal(await store.releaseReservation(id, 'a'), false);
        assert.equal((await snapshot()).held, 0);
        await store.reserve({ id, plan: 'c' });
        await take('c');
        assert.equal(await store.releaseReservation(id, 'c'), false);
        assert.equal(await refused('d'), 'held');
      },
    ),
    one(
      'a reservation outlives the expiry of the invitation, but not its revocation',
      async ({ store, issue, now, advance, take, change, refused, snapshot }) => {
        const { id } = await issue({ max: 2, reservationSeconds: 900, expires: now() + minute });
        await store.reserve({ id, plan: 'a' });
        await store.reserve({ id, plan: 'b' });
        advance(2 * minute);
        assert.equal((await take('a')).type, 'claimed');
        assert.deepEqual(await store.reserve({ id, plan: 'c' }), { type: 'refused', cause: 'expired' });
        await change({ revokedAt: now() });
        assert.equal(await refused('b'), 'revoked');
        assert.equal((await snapshot()).held, 0, 'a refused holder keeps nothing');
      },
    ),
    one('twenty concurrent reservations get exactly as many seats as there are', async ({ store, issue, snapshot }) => {
      const { id } = await issue({ max: 3, reservationSeconds: 900 });
      const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => store.reserve({ id, plan: `p${at}` })));
      assert.equal(answers.filter(({ type }) => type === 'held').length, 3);
      assert.equal((await snapshot()).held, 3);
    }),
    one(
      'a one-per-person invitation gives no second seat to a person with an account from it',
      async ({ store, issue, commit, now }) => {
        const { id } = await issue({ max: 5, onePerPerson: true });
        const ask = (plan: string, person: string | null) => store.claim({ id, plan, person, leaseSeconds: 60 });
        const first = await ask('a', 'ann');
        assert.ok(first.type === 'claimed');
        assert.deepEqual(await ask('b', 'ann'), { type: 'refused', cause: 'held' });
        await commit(first.seat, 'a');
        assert.deepEqual(await ask('b', 'ann'), { type: 'refused', cause: 'already' });
        assert.equal((await ask('a', 'ann')).type, 'redeemed', 'the same enrollment gets its own answer');
        assert.equal((await ask('c', 'bob')).type, 'claimed');
        assert.equal((await ask('d', null)).type, 'claimed', 'who is not known is not compared');
        assert.ok(now() > 0);
      },
    ),
    one(
      'a person is free after a release; a lapsed claim is settled first',
      async ({ store, issue, release, advance }) => {
        const { id } = await issue({ max: 5, onePerPerson: true });
        const ask = (plan: string) => store.claim({ id, plan, person: 'ann', leaseSeconds: 60 });
        const first = await ask('a');
        assert.ok(first.type === 'claimed');
        await release(first);
        const second = await ask('b');
        assert.ok(second.type === 'claimed');
        advance(2 * minute);
        assert.deepEqual(await ask('c'), {
          type: 'settle',
          lapsed: [{ seat: second.seat, token: second.token, plan: 'b' }],
        });
        await release(second);
        assert.equal((await ask('c')).type, 'claimed');
      },
    ),
    one('without one-per-person, a person may have several seats', async ({ store, issue }) => {
      const { id } = await issue({ max: 2 });
      for (const plan of ['a', 'b'])
        assert.equal((await store.claim({ id, plan, person: 'ann', leaseSeconds: 60 })).type, 'claimed');
    }),
  ];
}
