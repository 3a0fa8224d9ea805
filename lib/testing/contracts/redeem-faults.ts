import assert from 'node:assert/strict';
import { isEnrollmentError } from '../../base/error.js';
import { messageOf } from '../../base/message.js';
import type { ContractCase } from './contract.js';
import { accountOf, type RedeemCase, type RedemptionFixture } from './redemption-fixture.js';

const minute = 60_000;

/** Writes that fail or hang, processes that die, stores that lose data. */
export function redeemFaultCases(one: RedeemCase): readonly ContractCase[] {
  return [
    one('when the write fails, its error is rethrown and the seat is released', async (fixture) => {
      await fixture.issue({ max: 1 });
      const error = new Error('the app says no');
      await assert.rejects(fixture.signUp('p', { write: () => Promise.reject(error) }), error);
      assert.deepEqual(await fixture.counts(), [0, 0]);
      assert.equal(accountOf(await fixture.signUp('q')), 'user of q');
    }),
    one('when a name is taken, the field errors are returned and the seat is released', async (fixture) => {
      await fixture.issue({ max: 1 });
      const errors = { username: [messageOf('taken')] };
      const again = await fixture.signUp('p', {
        write: () => Promise.reject(new Error('unique')),
        taken: async () => errors,
      });
      assert.deepEqual(again, { type: 'invalid', errors });
      assert.deepEqual(await fixture.counts(), [0, 0]);
    }),
    one('when the reply to a successful write was lost, the account is found', async (fixture) => {
      await fixture.issue({ max: 1 });
      const done = await fixture.signUp('p', {
        async write(redemption) {
          await fixture.write(redemption);
          throw new Error('connection lost');
        },
        taken: async () => ({ username: [messageOf('taken')] }),
      });
      if (done.type !== 'redeemed' || typeof done.agoMs !== 'number') return assert.fail(JSON.stringify(done));
      assert.deepEqual([done.user, done.userId], [null, 'user of p']);
      assert.ok(done.agoMs < 10_000, 'this very call found it');
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
    one('a seat stays claimed for a lease when its process died; its own plan may retry at once', async (fixture) => {
      const { id } = await fixture.issue({ max: 1 });
      await fixture.under.store.claim({ id, plan: 'dead', leaseSeconds: 60 });
      const refused = await fixture.signUp('q');
      assert.equal(refused.type === 'refused' && refused.cause, 'held');
      assert.equal(accountOf(await fixture.signUp('dead')), 'user of dead');
    }),
    one('a seat whose process died before its write is free after the lease', async (fixture) => {
      const { id } = await fixture.issue({ max: 1 });
      await fixture.under.store.claim({ id, plan: 'dead', leaseSeconds: 60 });
      fixture.under.advance(2 * minute);
      assert.equal(accountOf(await fixture.signUp('q')), 'user of q');
    }),
    one('a seat whose process died after its write is found redeemed after the lease', async (fixture) => {
      await dieAfterWriting(fixture, 'dead');
      fixture.under.advance(2 * minute);
      const refused = await fixture.signUp('q');
      assert.equal(refused.type === 'refused' && refused.cause, 'used_up');
      assert.deepEqual(await fixture.counts(), [1, 0]);
      assert.equal(accountOf(await fixture.signUp('dead')), 'user of dead');
    }),
    one('a plan whose process died after its write gets its account, even if the invitation ended', async (fixture) => {
      const { id } = await dieAfterWriting(fixture, 'dead');
      fixture.under.advance(2 * minute);
      const [snapshot] = await fixture.under.store.read([id]);
      if (!snapshot) return assert.fail('the invitation is not there');
      await fixture.under.store.edit(
        { ...snapshot.record, version: 2, revokedAt: snapshot.now },
        snapshot.record,
        'revoked',
      );
      assert.equal(accountOf(await fixture.signUp('dead')), 'user of dead');
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
    one('a plan whose process died after its write gets its account, even if the address changed', async (fixture) => {
      const { id } = await dieAfterWriting(fixture, 'dead');
      const [snapshot] = await fixture.under.store.read([id]);
      if (!snapshot) return assert.fail('the invitation is not there');
      await fixture.under.store.edit(
        { ...snapshot.record, version: 2, bound: '@example.org' },
        snapshot.record,
        'extended',
      );
      assert.equal(accountOf(await fixture.signUp('dead')), 'user of dead');
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
    one('a store that lost its redemptions learns of them from the user store, seat by seat', async (fixture) => {
      const { id } = await fixture.issue({ max: 3 });
      for (const [at, plan] of ['a', 'b'].entries()) await fixture.under.insert(rowAt(id, String(at + 1), plan));
      assert.equal(accountOf(await fixture.signUp('c')), 'user of c');
      assert.equal((await fixture.under.redemptions.find({ enrollmentId: 'c' }))?.redemption_key, `${id}:3`);
      assert.deepEqual(await fixture.counts(), [3, 0]);
      const refused = await fixture.signUp('d');
      assert.equal(refused.type === 'refused' && refused.cause, 'used_up');
      assert.equal(accountOf(await fixture.signUp('a')), 'user of a');
    }),
    one('after twelve seats that prove to be redeemed it returns 503, and the retry succeeds', async (fixture) => {
      const { id } = await fixture.issue({ max: 14 });
      for (let seat = 1; seat <= 13; seat += 1) await fixture.under.insert(rowAt(id, String(seat), `old ${seat}`));
      await assert.rejects(fixture.signUp('p'), unsettled);
      assert.equal(accountOf(await fixture.signUp('p')), 'user of p');
      assert.deepEqual(await fixture.counts(), [14, 0]);
    }),
    one('a store that lost everything learns of all accounts by reconciling', async (fixture) => {
      const { id } = await fixture.issue({ max: 100 });
      const seats = Array.from({ length: 70 }, (_, at) => at + 1).filter((seat) => seat % 9 !== 0);
      for (const seat of seats) await fixture.under.insert(rowAt(id, String(seat), `old ${seat}`));
      assert.equal(await fixture.invitations.manager.reconcile(id), seats.length);
      assert.equal(await fixture.invitations.manager.reconcile(id), 0);
      assert.deepEqual(await fixture.counts(), [seats.length, 0]);
      assert.equal(accountOf(await fixture.signUp('old 70')), 'user of old 70');
      assert.equal(accountOf(await fixture.signUp('p')), 'user of p');
      assert.equal((await fixture.under.redemptions.find({ enrollmentId: 'p' }))?.redemption_key, `${id}:9`);
    }),
    one('an enrollment with an account from another invitation keeps it and takes no second seat', async (fixture) => {
      const first = await fixture.issue({ max: 2 });
      await fixture.signUp('p');
      await fixture.issue({ max: 2 });
      assert.equal(accountOf(await fixture.signUp('p')), 'user of p');
      assert.deepEqual(await fixture.counts(), [0, 0]);
      assert.equal((await fixture.under.store.read([first.id]))[0]?.redeemed, 1);
    }),
    one(
      'while the user store cannot be queried, nothing is released and the result is 503',
      async (fixture) => {
        const { id } = await fixture.issue({ max: 1 });
        await fixture.under.store.claim({ id, plan: 'dead', leaseSeconds: 60 });
        fixture.under.advance(2 * minute);
        await assert.rejects(fixture.signUp('q'), unsettled);
        assert.deepEqual(await fixture.counts(), [0, 1]);
        await assert.rejects(fixture.signUp('dead', { write: () => Promise.reject(new Error('away')) }), unsettled);
        assert.deepEqual(await fixture.counts(), [0, 1]);
      },
      { redemptions: () => ({ find: () => Promise.reject(new Error('away')) }) },
    ),
    one(
      'a user store that does not answer in time counts as down',
      async (fixture) => {
        const { id } = await fixture.issue({ max: 1 });
        await fixture.under.store.claim({ id, plan: 'dead', leaseSeconds: 60 });
        fixture.under.advance(2 * minute);
        await assert.rejects(fixture.signUp('q'), unsettled);
        assert.deepEqual(await fixture.counts(), [0, 1]);
      },
      { redemptions: () => ({ find: () => new Promise(() => undefined) }), lookUpSeconds: 0.05 },
    ),
    one(
      'without a redemptions table, a seat of unknown outcome stays claimed',
      async (fixture) => {
        const { id } = await fixture.issue({ max: 1 });
        await fixture.under.store.claim({ id, plan: 'dead', leaseSeconds: 60 });
        fixture.under.advance(2 * minute);
        const refused = await fixture.signUp('q');
        assert.equal(refused.type === 'refused' && refused.cause, 'held');
        assert.deepEqual(await fixture.counts(), [0, 1]);
        assert.equal(await fixture.invitations.manager.reconcile(id), 0);
      },
      { redemptions: () => null },
    ),
    one('reconciling settles lapsed claims of an invitation that has ended', async (fixture) => {
      const { id } = await fixture.issue({ max: null });
      for (let at = 1; at <= 12; at += 1) await fixture.under.store.claim({ id, plan: `p${at}`, leaseSeconds: 60 });
      await fixture.under.insert(rowAt(id, '@p2', 'p2'));
      const [snapshot] = await fixture.under.store.read([id]);
      if (!snapshot) return assert.fail('the invitation is not there');
      await fixture.under.store.edit(
        { ...snapshot.record, version: 2, revokedAt: snapshot.now },
        snapshot.record,
        'revoked',
      );
      fixture.under.advance(2 * minute);
      assert.equal(await fixture.invitations.manager.reconcile(id), 12);
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
  ];
}

async function dieAfterWriting(fixture: RedemptionFixture, plan: string): Promise<{ readonly id: string }> {
  const record = await fixture.issue({ max: 1 });
  await fixture.under.store.claim({ id: record.id, plan, leaseSeconds: 60 });
  await fixture.under.insert(rowAt(record.id, '1', plan));
  return record;
}

function rowAt(id: string, seat: string, plan: string) {
  return { redemption_key: `${id}:${seat}`, enrollment_id: plan, invitation_id: id, user_id: `user of ${plan}` };
}

function unsettled(error: unknown): boolean {
  return isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_UNSETTLED' && error.status === 503;
}
