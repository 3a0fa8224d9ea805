import assert from 'node:assert/strict';
import { messageOf } from '../../base/message.js';
import type { Redeemed, RedeemOrder } from '../../ports/redeem.js';
import type { ContractCase } from './contract.js';
import { accountOf, type RedeemCase, type RedemptionFixture } from './redemption-fixture.js';

interface Account {
  readonly id: string;
}

/** Existing accounts that take a seat, beside new ones. */
export function redeemAcceptanceCases(one: RedeemCase): readonly ContractCase[] {
  return [
    one('an existing account takes one seat, however often it accepts, and keeps its origin', async (fixture) => {
      const { id } = await fixture.issue({ max: 5 });
      const first = await accept(fixture, 'ann');
      assert.deepEqual([accountOf(first), first.type === 'redeemed' && first.user?.id], ['ann', 'ann']);
      const again = await accept(fixture, 'ann', { write: () => assert.fail('written again') });
      assert.deepEqual([accountOf(again), again.type === 'redeemed' && again.user], ['ann', null]);
      assert.deepEqual(await fixture.counts(), [1, 0]);
      const { store } = fixture.under;
      assert.equal(await store.originOf('ann'), null);
      assert.deepEqual(
        (await store.acceptancesOf('ann')).map((acceptance) => acceptance.id),
        [id],
      );
    }),
    one('the invitation that created an account is refused for it', async (fixture) => {
      await fixture.issue({ max: 5 });
      await fixture.signUp('p');
      await fixture.counts();
      const refused = await accept(fixture, 'user of p');
      assert.equal(refused.type === 'refused' && refused.cause, 'already_accepted');
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
    one('accounts and acceptances together get exactly as many seats as there are', async (fixture) => {
      await fixture.issue({ max: 6 });
      const done = await Promise.all(
        Array.from({ length: 40 }, (_, at) =>
          at % 2 === 0 ? fixture.signUp(`p${at}`) : accept(fixture, `account ${at % 10}`),
        ),
      );
      const got = new Set(done.flatMap((answer) => (answer.type === 'redeemed' ? [answer.userId] : [])));
      assert.equal(got.size, 6);
      assert.deepEqual(await fixture.counts(), [6, 0]);
    }),
    one('one account in many tabs takes one seat, and every tab is told so', async (fixture) => {
      await fixture.issue({ max: 5 });
      const done = await Promise.all(Array.from({ length: 20 }, () => accept(fixture, 'ann')));
      assert.deepEqual(new Set(done.map(accountOf)), new Set(['ann']));
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
    one('an acceptance whose process died after its write is found after the lease', async (fixture) => {
      const { id } = await fixture.issue({ max: 1 });
      const { store, redemptions, insert } = fixture.under;
      const order = acceptance(fixture, 'ann');
      const claimed = await store.claim({ id, plan: order.enrollmentId, leaseSeconds: 60 });
      if (claimed.type !== 'claimed') return assert.fail(claimed.type);
      const row = { enrollment_id: order.enrollmentId, invitation_id: id, user_id: 'ann' };
      await insert({ ...row, redemption_key: `${id}:${claimed.seat}` });
      fixture.under.advance(120_000);
      const refused = await fixture.signUp('p');
      assert.equal(refused.type === 'refused' && refused.cause, 'used_up');
      assert.deepEqual(
        (await store.acceptancesOf('ann')).map((one) => one.id),
        [id],
      );
      assert.equal(await store.originOf('ann'), null);
      assert.equal((await redemptions.find({ enrollmentId: order.enrollmentId }))?.user_id, 'ann');
    }),
    one('a write that fails leaves the seat to others, and one whose reply was lost is found', async (fixture) => {
      await fixture.issue({ max: 1 });
      const error = new Error('the app says no');
      await assert.rejects(accept(fixture, 'ann', { write: () => Promise.reject(error) }), error);
      assert.deepEqual(await fixture.counts(), [0, 0]);
      const done = await accept(fixture, 'bob', {
        async write(redemption) {
          await fixture.under.insert(redemption.row('bob'));
          throw new Error('connection lost');
        },
        taken: async () => ({ username: [messageOf('taken')] }),
      });
      assert.equal(accountOf(done), 'bob');
      assert.deepEqual(await fixture.counts(), [1, 0]);
    }),
  ];
}

/** How `account` accepts the fixture's invitation. */
function acceptance(
  fixture: RedemptionFixture,
  account: string,
  over: Partial<RedeemOrder<Account>> = {},
): RedeemOrder<Account> {
  return fixture.order(`acceptance:${account}`, {
    account,
    async write(redemption) {
      await fixture.under.insert(redemption.row(account));
      return { id: account };
    },
    ...over,
  });
}

function accept(
  fixture: RedemptionFixture,
  account: string,
  over: Partial<RedeemOrder<Account>> = {},
): Promise<Redeemed<Account>> {
  return fixture.invitations.redeem(acceptance(fixture, account, over));
}
