import assert from 'node:assert/strict';
import type { ContractCase } from '../../../lib/testing/contracts/contract.js';
import { caseOf, type Opened } from './invitation-counter.js';

/** Invitations of one seat per person. */
export function personCases(open: () => Promise<Opened>): readonly ContractCase[] {
  const one = caseOf(open);
  return [
    one(
      'a person is known from the reservation, through the claim, to the redeemed seat',
      { max: 5, reservationSeconds: 600, onePerPerson: true },
      async ({ store, id, reserve: reservation, ask, take, refused }) => {
        assert.equal(await reservation('a', 'ann'), 'held');
        assert.equal(await reservation('b', 'ann'), 'refused');
        const { seat, token } = await take('a');
        assert.equal(await refused('b', 'ann'), 'held');
        await store.release({ id, seat, token });
        assert.equal(await refused('b', 'ann'), 'held');
        await take('a');
        await store.commit({ id, seat, plan: 'a', user: 'ann' });
        assert.equal(await refused('b', 'ann'), 'already');
        assert.equal(await reservation('b', 'ann'), 'refused');
        assert.equal((await ask('b', 'bob')).type, 'claimed');
      },
    ),
    one(
      'a person is free after a reservation expired, was released or ended with a revocation',
      { max: 5, reservationSeconds: 60, onePerPerson: true },
      async ({ store, id, reserve: reservation, take, advance, change, now, refused }) => {
        await reservation('a', 'ann');
        advance(61_000);
        assert.equal(await reservation('b', 'ann'), 'held');
        await store.releaseReservation(id, 'b');
        assert.equal(await reservation('c', 'ann'), 'held');
        await change({ revokedAt: now() });
        assert.equal(await refused('c', 'ann'), 'revoked');
        await change({ revokedAt: null });
        await take('d', 'ann');
      },
    ),
    one(
      'a released seat frees its person: the same plan may come again as another person',
      { max: 9, reservationSeconds: 60, onePerPerson: true },
      async ({ store, id, reserve: reservation, take, advance, change, now, refused }) => {
        const endings: Readonly<Record<string, (plan: string) => Promise<unknown>>> = {
          released: async (plan) => {
            const { seat, token } = await take(plan, `${plan} before`);
            await store.release({ id, seat, token });
          },
          'let go': async (plan) => {
            await reservation(plan, `${plan} before`);
            await store.releaseReservation(id, plan);
          },
          over: async (plan) => {
            await reservation(plan, `${plan} before`);
            advance(61_000);
            await reservation(`${plan} next`);
            await store.releaseReservation(id, `${plan} next`);
          },
          'met by the same person': async (plan) => {
            await reservation(plan, `${plan} before`);
            advance(61_000);
            await reservation(`${plan} next`, `${plan} before`);
            await store.releaseReservation(id, `${plan} next`);
          },
          revoked: async (plan) => {
            await reservation(plan, `${plan} before`);
            await change({ revokedAt: now() });
            await refused(plan);
            await change({ revokedAt: null });
          },
        };
        for (const [plan, end] of Object.entries(endings)) {
          await end(plan);
          const { seat } = await take(plan, `${plan} after`);
          const other = await take(`${plan} other`, `${plan} before`);
          for (const [key, found] of [
            [plan, seat],
            [`${plan} other`, other.seat],
          ] as const)
            await store.release({ id, seat: found, token: key === plan ? '' : other.token });
          await store.commit({ id, seat, plan, user: plan });
        }
      },
    ),
    one(
      'the one-per-person rule counts seats that were taken while it applied',
      { max: 9 },
      async ({ store, id, take, change, refused }) => {
        const done = async (plan: string): Promise<void> => {
          const { seat } = await take(plan, 'ann');
          await store.commit({ id, seat, plan, user: plan });
        };
        await done('a');
        await change({ onePerPerson: true });
        await done('b');
        assert.equal(await refused('c', 'ann'), 'already');
        await change({ onePerPerson: false });
        await done('c');
      },
    ),
    one(
      'a corrected address leaves nothing under the old one',
      { max: 5, onePerPerson: true },
      async ({ store, id, take, refused }) => {
        await take('a', 'ann');
        const { seat } = await take('a', 'bob');
        await store.commit({ id, seat, plan: 'a', user: 'bob' });
        assert.equal((await take('b', 'ann')).type, 'claimed');
        assert.equal(await refused('c', 'bob'), 'already');
      },
    ),
    one(
      'the person moves along when the account is found at another seat',
      { max: 5, onePerPerson: true },
      async ({ store, id, take, refused }) => {
        await take('a', 'ann');
        await store.commit({ id, seat: '3', plan: 'a', user: 'ann' });
        assert.equal(await refused('b', 'ann'), 'already');
        assert.equal((await take('c', 'bob')).seat, '1');
      },
    ),
    one(
      'a lapsed write of the same person is settled before another seat is given',
      { max: 5, onePerPerson: true },
      async ({ store, id, take, ask, advance }) => {
        const { seat, token } = await take('a', 'ann');
        advance(61_000);
        assert.deepEqual(await ask('b', 'ann'), { type: 'settle', lapsed: [{ seat, token, plan: 'a' }] });
        await store.commit({ id, seat, plan: 'a', user: 'ann' });
        assert.deepEqual(await ask('b', 'ann'), { type: 'refused', cause: 'already' });
      },
    ),
  ];
}
