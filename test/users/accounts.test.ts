import assert from 'node:assert/strict';
import { storeAway } from '../../lib/base/error.js';
import type { AccountLock } from '../../lib/ports/account-lock.js';
import type { Redeem, Redeemed, RedeemOrder } from '../../lib/ports/redeem.js';
import { memoryUsers, type MemoryUser } from '../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { alwaysHeld } from '../../lib/users/account-lock.js';
import { createAccounts } from '../../lib/users/accounts.js';

const never: Redeem = () => Promise.reject(new Error('not to be called'));
const open = { inviteOnly: false, log: console };
const invitation = { id: 'i', version: 3 };

/** A protocol that only records its order and returns a fixed answer. */
function answering(answer: Redeemed<never>) {
  const orders: RedeemOrder<unknown>[] = [];
  const redeem: Redeem = async (order) => {
    orders.push(order);
    return answer;
  };
  return { orders, redeem };
}

describe('createAccounts', () => {
  describe('taken', () => {
    it('is false for a login that no user has, without a look-up of redemptions', async () => {
      const { users } = memoryUsers();
      const redemptions = { find: () => Promise.reject(new Error('not to be asked')) };
      const accounts = createAccounts({ ...open, users, redemptions, redeem: never });
      assert.equal(await accounts.taken('username', 'ann', 'e'), false);
    });

    it('is true for another account, and false for that of the same enrollment', async () => {
      const { users, redemptions } = memoryUsers();
      const accounts = createAccounts({ ...open, users, redemptions, redeem: never });
      const ann = sampleAccount();
      await users.create(ann, sampleRedemption({ enrollmentId: 'mine' }));
      await users.create(sampleAccount(), sampleRedemption({ enrollmentId: 'other' }));
      for (const field of ['username', 'email'] as const) {
        assert.equal(await accounts.taken(field, ann[field] ?? '', 'mine'), false);
        assert.equal(await accounts.taken(field, ann[field] ?? '', 'other'), true);
        assert.equal(await accounts.taken(field, ann[field] ?? '', 'none'), true);
      }
    });

    it('is true for its own account, without redemptions', async () => {
      const { users } = memoryUsers();
      const ann = sampleAccount();
      await users.create(ann, sampleRedemption({ enrollmentId: 'mine' }));
      const accounts = createAccounts({ ...open, users, redemptions: null, redeem: never });
      assert.equal(await accounts.taken('email', ann.email ?? '', 'mine'), true);
    });

    it('fails if redemptions cannot be looked up', async () => {
      const { users } = memoryUsers();
      const ann = sampleAccount();
      await users.create(ann, sampleRedemption({ enrollmentId: 'mine' }));
      const redemptions = { find: () => Promise.reject(new Error('away')) };
      await assert.rejects(
        createAccounts({ ...open, users, redemptions, redeem: never }).taken('email', ann.email ?? '', 'mine'),
        /away/,
      );
    });
  });

  describe('enroll', () => {
    it('requests a redemption of validated data, and writes through the user store', async () => {
      const { users, redemptions } = memoryUsers();
      const { orders, redeem } = answering({ type: 'redeemed', user: null, userId: '7', agoMs: 5 });
      const account = sampleAccount();
      const enrolled = await createAccounts({ ...open, users, redemptions, redeem }).enroll({
        enrollmentId: 'e',
        flow: 'invite',
        invitation,
        account,
      });
      assert.deepEqual(enrolled, { type: 'written_before', userId: '7', sameDetails: false, agoMs: 5 });
      const [order] = orders;
      assert.ok(order !== undefined);
      assert.deepEqual(
        [order.enrollmentId, order.flow, order.invitation, order.email],
        ['e', 'invite', invitation, account.email],
      );
      const redemption = sampleRedemption({ enrollmentId: 'e' });
      const user = await order.write(redemption);
      const id = order.idOf(user);
      assert.deepEqual(await redemptions.find({ key: redemption.key }), redemption.row(id));
      assert.deepEqual((await users.findById(id))?.email, account.email);
    });

    it('returns which fields were taken in the meantime', async () => {
      const { users, redemptions } = memoryUsers();
      const { orders, redeem } = answering({ type: 'invalid', errors: { email: [{ id: 'x' }] } });
      const accounts = createAccounts({ ...open, users, redemptions, redeem });
      const account = sampleAccount();
      const enrolled = await accounts.enroll({ enrollmentId: 'e', flow: 'invite', invitation, account });
      assert.deepEqual(enrolled, { type: 'invalid', errors: { email: [{ id: 'x' }] } });
      const [order] = orders;
      assert.equal(await order?.taken(), null);
      await users.create(sampleAccount({ email: account.email }), sampleRedemption());
      assert.deepEqual(await order?.taken(), { email: [{ id: 'prompt.email.taken' }] });
      await users.create(sampleAccount({ username: account.username }), sampleRedemption());
      assert.deepEqual(await order?.taken(), {
        username: [{ id: 'prompt.username.taken' }],
        email: [{ id: 'prompt.email.taken' }],
      });
    });

    it('does not mistake its own account for another, if only the response was lost', async () => {
      const { users, redemptions } = memoryUsers();
      const { orders, redeem } = answering({ type: 'redeemed', user: null, userId: '7' });
      await createAccounts({ ...open, users, redemptions, redeem }).enroll({
        enrollmentId: 'e',
        flow: 'invite',
        invitation,
        account: sampleAccount(),
      });
      await orders[0]?.write(sampleRedemption({ enrollmentId: 'e' }));
      assert.equal(await orders[0]?.taken(), null);
    });

    it('has a message for visitors, and keeps the true cause', async () => {
      const refusal = { type: 'refused', cause: 'used_up', message: { id: 'm' }, reference: 'ABCD2345' } as const;
      const { users, redemptions } = memoryUsers();
      const accounts = createAccounts({ ...open, users, redemptions, redeem: answering(refusal).redeem });
      const enrolled = await accounts.enroll({
        enrollmentId: 'e',
        flow: 'invite',
        invitation,
        account: sampleAccount(),
      });
      assert.deepEqual(enrolled, { type: 'denied', message: { id: 'm' }, reference: 'ABCD2345' });
    });

    it('passes errors on unchanged', async () => {
      const { users, redemptions } = memoryUsers();
      const error = new Error('lost');
      const accounts = createAccounts<MemoryUser>({ ...open, users, redemptions, redeem: () => Promise.reject(error) });
      await assert.rejects(
        accounts.enroll({ enrollmentId: 'e', flow: 'invite', invitation, account: sampleAccount() }),
        (thrown) => thrown === error,
      );
    });

    it('accepts an account without a username or an address', async () => {
      const { users, redemptions } = memoryUsers();
      const { orders, redeem } = answering({ type: 'redeemed', user: null, userId: '7' });
      const account = sampleAccount({ username: null, email: null });
      await createAccounts({ ...open, users, redemptions, redeem }).enroll({
        enrollmentId: 'e',
        flow: 'invite',
        invitation: null,
        account,
      });
      assert.equal(orders[0]?.email, null);
      assert.equal(await orders[0]?.taken(), null);
    });

    describe('refuses, before anything is claimed,', () => {
      const uncanonical = [
        { username: 'Ann' },
        { username: ' ann' },
        { username: '' },
        { username: 'ann@example.com' },
        { email: 'Ann@example.com' },
        { email: 'ann@bücher.example' },
        { email: '' },
        { username: 'ＡＮＮ', email: 'x' },
      ];
      for (const over of uncanonical) {
        it(JSON.stringify(over), async () => {
          const { users, redemptions } = memoryUsers();
          const { orders, redeem } = answering({ type: 'redeemed', user: null, userId: '7' });
          const enrolling = createAccounts({ ...open, users, redemptions, redeem }).enroll({
            enrollmentId: 'e',
            flow: 'invite',
            invitation,
            account: sampleAccount(over),
          });
          await assert.rejects(enrolling, (error: { code?: unknown; issues?: unknown[] }) => {
            assert.equal(error.code, 'ERR_ENROLLMENT_ACCOUNT');
            assert.equal(error.issues?.length, Object.keys(over).length);
            return !String(error).includes('Ann');
          });
          assert.equal(orders.length, 0);
        });
      }
    });
  });

  describe('while an account is being changed by another request', () => {
    const busy = storeAway('an account', new Error('it is being changed by another request'));

    it('the address that it never proved is not said to be taken: its owner tries again', async () => {
      const { users } = memoryUsers();
      const [ann, bea] = [sampleAccount(), sampleAccount()];
      const own = await users.create(ann, sampleRedemption());
      const holder = await users.create(bea, sampleRedemption());
      await users.update?.(holder, { email: 'ann-box@example.com', emailVerified: null });
      const accountLock: AccountLock = (id, work) => (id === holder.id ? Promise.reject(busy) : work(alwaysHeld));
      const accounts = createAccounts({ ...open, users, redemptions: null, redeem: never, accountLock });
      const change = { email: 'ann-box@example.com', proved: 'ann-box@example.com' };
      await assert.rejects(accounts.update(own.id, change), { status: 503 });
    });

    it('it is not removed', async () => {
      const { users } = memoryUsers();
      const ann = await users.create(sampleAccount(), sampleRedemption());
      const accountLock: AccountLock = () => Promise.reject(busy);
      const accounts = createAccounts({ ...open, users, redemptions: null, redeem: never, accountLock });
      await assert.rejects(accounts.remove(ann.id, { holds: () => Promise.resolve(true) }), { status: 503 });
      assert.notEqual(await users.findById(ann.id), null);
    });
  });
});
