import assert from 'node:assert/strict';
import { message, messageOf } from '../../base/message.js';
import type { ContractCase } from './contract.js';
import { redeemAcceptanceCases } from './redeem-acceptances.js';
import { redeemFaultCases } from './redeem-faults.js';
import { accountOf, createRedemptionFixture, type RedeemCase, type RedeemUnderTest } from './redemption-fixture.js';

/**
 * The redemption protocol over a store of invitations and a table of redemptions: together they guarantee what neither
 * can alone. For adapters of either.
 */
export function redeemContract(open: () => Promise<RedeemUnderTest>): readonly ContractCase[] {
  const one: RedeemCase = (title, run, terms) => ({
    title,
    async run() {
      const under = await open();
      try {
        await run(createRedemptionFixture(under, terms));
      } finally {
        await under.close?.();
      }
    },
  });
  return [...plainCases(one), ...redeemFaultCases(one), ...redeemAcceptanceCases(one)];
}

function plainCases(one: RedeemCase): readonly ContractCase[] {
  return [
    one('an account is written with the terms of the invitation, and its seat is redeemed', async (fixture) => {
      const { id } = await fixture.issue({ label: 'spring', bound: 'ann@example.com', data: { groups: ['a'] } });
      const done = await fixture.signUp('p', {
        email: 'ann@example.com',
        async write(redemption) {
          assert.deepEqual(redemption.invitation, {
            id,
            label: 'spring',
            email: 'ann@example.com',
            data: { groups: ['a'] },
          });
          assert.deepEqual([redemption.key, redemption.enrollmentId], [`${id}:1`, 'p']);
          assert.deepEqual(redemption.row(7), {
            redemption_key: `${id}:1`,
            enrollment_id: 'p',
            invitation_id: id,
            user_id: '7',
          });
          return fixture.write(redemption);
        },
      });
      assert.deepEqual(done, { type: 'redeemed', user: { id: 'user of p' }, userId: 'user of p' });
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
    one('a retry of a finished plan gets its own account without another write', async (fixture) => {
      await fixture.issue({ max: 1 });
      await fixture.signUp('p');
      const write = (): never => assert.fail('written again');
      fixture.under.advance(125_000);
      const done = await fixture.signUp('p', { write });
      if (done.type !== 'redeemed' || typeof done.agoMs !== 'number') return assert.fail(JSON.stringify(done));
      assert.deepEqual([done.user, done.userId], [null, 'user of p']);
      // The store's own clock may be set back slightly during the test.
      assert.ok(done.agoMs >= 124_950 && done.agoMs < 135_000, `${String(done.agoMs)} ms ago`);
    }),
    one('the plan after the last seat is refused with the reason', async (fixture) => {
      await fixture.issue({ max: 1 });
      await fixture.signUp('p');
      const refused = await fixture.signUp('q');
      if (refused.type !== 'refused') return assert.fail(refused.type);
      assert.deepEqual([refused.cause, refused.message], ['used_up', message('invitation.used_up')]);
      await fixture.invitations.idle();
      assert.equal((await fixture.under.store.explain(refused.reference))?.cause, 'used_up');
    }),
    one('of concurrent plans, exactly as many get an account as there are seats', async (fixture) => {
      await fixture.issue({ max: 5 });
      const done = await Promise.all(Array.from({ length: 50 }, (_, at) => fixture.signUp(`p${at}`)));
      assert.equal(done.filter(({ type }) => type === 'redeemed').length, 5);
      assert.ok(
        done.every(
          (answer) =>
            answer.type === 'redeemed' || (answer.type === 'refused' && ['held', 'used_up'].includes(answer.cause)),
        ),
      );
      assert.deepEqual(await fixture.counts(), [5, 0]);
    }),
    one('one plan in many tabs gets one account, in every tab', async (fixture) => {
      await fixture.issue({ max: 5 });
      const done = await Promise.all(Array.from({ length: 20 }, () => fixture.signUp('p')));
      assert.deepEqual(new Set(done.map(accountOf)), new Set(['user of p']));
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
    one('an invitation for another flow is refused, and its seat is released', async (fixture) => {
      await fixture.issue({ flow: 'invite' });
      const refused = await fixture.signUp('p', { flow: 'other' });
      assert.equal(refused.type === 'refused' && refused.cause, 'other_flow');
      assert.deepEqual(await fixture.counts(), [0, 0]);
    }),
    one('an invitation for another address is refused, even if it was bound after the look-up', async (fixture) => {
      await fixture.issue({ bound: '@example.com' });
      for (const email of [null, 'ann@example.org', 'ann@sub.example.com', 'example.com']) {
        const refused = await fixture.signUp('p', { email });
        assert.equal(refused.type === 'refused' && refused.cause, 'other_email');
      }
      assert.deepEqual(await fixture.counts(), [0, 0]);
      assert.equal(accountOf(await fixture.signUp('p', { email: 'Ann@EXAMPLE.com' })), 'user of p');
      await fixture.issue({ bound: 'ann@example.com' });
      const refused = await fixture.signUp('q', { email: 'bob@example.com' });
      assert.equal(refused.type === 'refused' && refused.cause, 'other_email');
    }),
    one('without a required invitation, one enrollment is still one account', async (fixture) => {
      const open = { invitation: null };
      assert.equal(accountOf(await fixture.signUp('p', open)), 'user of p');
      assert.deepEqual(await fixture.signUp('p', open), { type: 'redeemed', user: null, userId: 'user of p' });
      assert.equal((await fixture.under.redemptions.find({ enrollmentId: 'p' }))?.redemption_key, 'none:p');
      const error = new Error('the app says no');
      await assert.rejects(fixture.signUp('q', { ...open, write: () => Promise.reject(error) }), error);
      const errors = { username: [messageOf('taken')] };
      const taken = await fixture.signUp('q', {
        ...open,
        write: () => Promise.reject(error),
        taken: async () => errors,
      });
      assert.deepEqual(taken, { type: 'invalid', errors });
    }),
  ];
}
