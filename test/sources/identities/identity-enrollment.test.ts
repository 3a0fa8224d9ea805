import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError, storeAway } from '../../../lib/base/error.js';
import { message, messageOf } from '../../../lib/base/message.js';
import type { Enrolled } from '../../../lib/ports/accounts.js';
import { sampleAccount, sampleIdentity, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { createIdentityEnrollment } from '../../../lib/sources/identities/identity-enrollment.js';
import { createAccounts } from '../../../lib/users/accounts.js';
import { enrollmentFixture } from '../../support/users/enrollment-fixture.js';
import { createAccountLock } from '../../../lib/users/account-lock.js';

const said = (id: string) => messageOf(`source.${id}`, { source: 'Acme' });
const userOf = (enrolled: Enrolled): string =>
  enrolled.type === 'written' ? enrolled.userId : assert.fail(JSON.stringify(enrolled));

function assertRefused(enrolled: Enrolled, id: string): void {
  assert.ok(enrolled.type === 'denied', JSON.stringify(enrolled));
  assert.deepEqual(enrolled.message, said(id));
  assert.match(enrolled.reference, /^[2-9A-Z]{8}$/);
}

for (const heeds of [true, false])
  describe(`an account for an identity (the store ${heeds ? 'heeds' : 'does not heed'} identities)`, () => {
    it('is written, connected and found again; the same enrollment gets the same account', async () => {
      const { enroll, invitation, spent, table, held } = enrollmentFixture({ heeds });
      const invited = await invitation();
      const userId = userOf(await enroll('e', { invitation: invited }));
      assert.equal(await table.find(held()), userId);
      const again = await enroll('e', { invitation: invited });
      assert.deepEqual([again.type, again.type === 'written_before' && again.userId], ['written_before', userId]);
      assert.deepEqual(await spent(invited), [1, 0]);
    });

    it('is one, for an enrollment posted twice at once', async () => {
      const { enroll, invitation, people, table, held } = enrollmentFixture({ heeds });
      const [invited, account] = [await invitation(), sampleAccount()];
      const ended = await Promise.all([1, 2, 3].map(() => enroll('e', { invitation: invited, account })));
      const user = await people.users.findByLogin('email', account.email ?? '');
      assert.deepEqual(ended.map(({ type }) => type).sort(), ['written', 'written_before', 'written_before']);
      for (const one of ended) assert.equal('userId' in one && one.userId, user?.id);
      assert.equal(await table.find(held()), user?.id);
    });

    it('is not written twice: an owner of an account is asked to sign in, and no code is spent', async () => {
      const { enroll, invitation, spent, people } = enrollmentFixture({ heeds });
      await enroll('first');
      const [invited, account] = [await invitation(), sampleAccount()];
      assertRefused(await enroll('second', { invitation: invited, account }), 'account_exists');
      assert.equal(await people.users.findByLogin('email', account.email ?? ''), null);
      assert.deepEqual(await spent(invited), [0, 0]);
    });

    it('is not written for a lapsed identity, even with open registration', async () => {
      const { enroll, invitation, spent, people, open, clock, source, held } = enrollmentFixture({ heeds });
      const [identity, invited, account] = [held(), await invitation(), sampleAccount()];
      clock.advance(3_600_001);
      const asked = (way: { accounts?: typeof open } = {}) =>
        enroll('e', { ...way, invitation: way.accounts ? null : invited, identity, account });
      assertRefused(await asked(), 'lapsed');
      assertRefused(await asked({ accounts: open }), 'lapsed');
      source.enabled = async () => false;
      assertRefused(await enroll('e', { invitation: invited, account }), 'disabled');
      assertRefused(await enroll('e', { invitation: null, account, accounts: open }), 'disabled');
      assert.equal(await people.users.isEmpty(), true);
      assert.deepEqual(await spent(invited), [0, 0]);
    });

    it('is not written for a source that creates none, whatever the flow let through', async () => {
      const { enroll, invitation, spent, people, open, terms, held } = enrollmentFixture({ heeds });
      const [invited, account] = [await invitation(), sampleAccount()];
      const userId = userOf(await enroll('before', { invitation: await invitation(), account }));
      terms.registration = 'never';
      const again = await enroll('before', { account });
      assert.deepEqual(
        again.type === 'written_before' && again.userId,
        userId,
        'a repeated form is answered as before',
      );
      const identity = held({ subject: '8' });
      const bob = sampleAccount({ username: 'bob', email: 'bob@example.com' });
      assertRefused(await enroll('e', { invitation: invited, identity, account: bob }), 'sign_in_only');
      assertRefused(await enroll('f', { invitation: null, identity, account: bob, accounts: open }), 'sign_in_only');
      assert.equal(await people.users.findByLogin('username', 'bob'), null);
      assert.deepEqual(await spent(invited), [0, 0]);
    });

    it('made by one enrollment is not given to another identity of the same plan', async () => {
      let writes = 0;
      const { enroll, invitation, table, held } = enrollmentFixture({
        heeds,
        users: (users) => ({
          ...users,
          create: (account, redemption) => {
            writes += 1;
            return users.create(account, redemption);
          },
        }),
      });
      const invited = await invitation();
      const ann = userOf(await enroll('e', { invitation: invited }));
      const other = held({ subject: '8' });
      assertRefused(await enroll('e', { invitation: invited, identity: other }), 'other_enrollment');
      assertRefused(await enroll('e', { identity: other }), 'other_enrollment');
      assert.deepEqual([await table.find(held()), await table.find(other), writes], [ann, null, 1]);
    });

    it('being written without an identity is not connected to one that comes meanwhile', async () => {
      const reached: (() => void)[] = [];
      const second = new Promise<void>((resolve) => reached.push(resolve));
      const first = new Promise<void>((resolve) => reached.push(resolve));
      const { enroll, invitation, identities, table, held } = enrollmentFixture({
        heeds,
        users: (users) => ({
          ...users,
          async create(account, redemption) {
            if (account.identity) reached[0]?.();
            await (account.identity ? first : second);
            return users.create(account, redemption);
          },
        }),
      });
      const invited = await invitation();
      const plain = enroll('e', { invitation: invited, identity: null }).finally(() => reached[1]?.());
      const recognized = enroll('e', { invitation: invited });
      assert.equal((await plain).type, 'written');
      assertRefused(await recognized, 'other_enrollment');
      assert.equal(await identities.healedBy(held()), null);
      assert.equal(await table.find(held()), null);
    });

    it('made without an identity is not connected by repeating its enrollment', async () => {
      const { enroll, invitation, table, held } = enrollmentFixture({ heeds });
      const invited = await invitation();
      await enroll('e', { invitation: invited, identity: null });
      assertRefused(await enroll('e', { invitation: invited }), 'other_enrollment');
      assert.equal(await table.find(held()), null);
    });

    it('asks for another name if it is taken, and is then written by the same or another identity', async () => {
      const { enroll, invitation, table, held } = enrollmentFixture({ heeds });
      const { username } = sampleAccount();
      await enroll('bob', { identity: null, account: { username } });
      const invited = await invitation();
      assert.deepEqual(await enroll('e', { invitation: invited, account: { username } }), {
        type: 'invalid',
        errors: { username: [message('prompt.username.taken')] },
      });
      const other = held({ subject: '8' });
      const userId = userOf(await enroll('e', { invitation: invited, identity: other }));
      assert.deepEqual([await table.find(held()), await table.find(other)], [null, userId]);
    });
  });

describe('two concurrent enrollments of one identity with two codes', () => {
  for (const heeds of [true, false])
    it(`make one account and spend one code (${heeds ? 'heeds' : 'does not heed'} identities)`, async () => {
      const { enroll, invitation, spent, table, held, people } = enrollmentFixture({ heeds });
      const invited = [await invitation(), await invitation()];
      const accounts = [sampleAccount(), sampleAccount()];
      const ended = await Promise.all(
        invited.map((one, at) => enroll(`e${at}`, { invitation: one, account: accounts[at] ?? {} })),
      );
      const winner = ended.findIndex(({ type }) => type === 'written');
      const loser = 1 - winner;
      assertRefused(ended[loser] ?? assert.fail(), 'account_exists');
      assert.equal(await table.find(held()), userOf(ended[winner] ?? assert.fail()));
      assert.equal(await people.users.findByLogin('email', accounts[loser]?.email ?? ''), null);
      assert.deepEqual(await spent(invited[winner] ?? assert.fail()), [1, 0]);
      assert.deepEqual(await spent(invited[loser] ?? assert.fail()), [0, 0]);
      // The seat is available to another user.
      const other = held({ subject: '8' });
      assert.equal((await enroll('e3', { invitation: invited[loser] ?? null, identity: other })).type, 'written');
    });

  it('are told apart from those of other people, which do not wait for them', async () => {
    const { enroll, held } = enrollmentFixture({ heeds: false });
    const ended = await Promise.all(['7', '8'].map((subject) => enroll(subject, { identity: held({ subject }) })));
    assert.deepEqual(
      ended.map(({ type }) => type),
      ['written', 'written'],
    );
  });
});

describe('an enrollment with an identity', () => {
  it('gives the store the identity from the source, and nothing else about it', async () => {
    const seen: unknown[] = [];
    const { enroll } = enrollmentFixture({
      users: (users) => ({
        ...users,
        create: (account, redemption) => {
          seen.push(account.identity);
          return users.create(account, redemption);
        },
      }),
    });
    await enroll('e', { account: { identity: sampleIdentity() } });
    await enroll('f', { identity: null, account: { identity: sampleIdentity() } });
    assert.deepEqual(seen, [{ source: 'acme', issuer: 'https://id.acme.example', subject: '7' }, null]);
  });

  it('checks a bound invitation against the verified addresses', async () => {
    const { held, invitation, people, parts, identities, terms } = enrollmentFixture();
    const orders: unknown[] = [];
    const accounts = createAccounts({
      users: people.users,
      redemptions: people.redemptions,
      inviteOnly: false,
      log: console,
      redeem: async ({ vouched }) => {
        orders.push(vouched);
        return { type: 'invalid', errors: {} };
      },
      identified: createIdentityEnrollment({
        ...parts,
        identities,
        accountLock: createAccountLock(parts.ephemeralStore),
      }),
    });
    terms.address = 'domain';
    const order = { flow: 'gate', invitation: await invitation(), account: sampleAccount() };
    await accounts.enroll({ ...order, enrollmentId: 'e', identity: held({ otherEmails: ['a@club.example'] }) });
    await accounts.enroll({ ...order, enrollmentId: 'f', identity: null });
    assert.deepEqual(orders, [{ policy: 'domain', addresses: ['ann@example.com', 'a@club.example'] }, undefined]);
  });

  it('is an error without sources', async () => {
    const { held, people } = enrollmentFixture();
    const accounts = createAccounts({
      users: people.users,
      redemptions: people.redemptions,
      inviteOnly: false,
      log: console,
      redeem: () => assert.fail('redeemed'),
    });
    await assert.rejects(
      accounts.enroll({
        enrollmentId: 'e',
        flow: 'gate',
        invitation: null,
        identity: held(),
        account: sampleAccount(),
      }),
      (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_ACCOUNT',
    );
  });

  it('creates no account in a process that was suspended for longer than the lock of the identity lasts', async () => {
    const { enroll, people, parts, identities } = enrollmentFixture({ heeds: false });
    const lost = storeAway('a lock', new Error('it expired before the work was done'));
    const lockIdentity: typeof identities.lockIdentity = async (...terms) => {
      const lease = await identities.lockIdentity(...terms);
      return lease === null ? null : { ...lease, confirm: () => Promise.reject(lost) };
    };
    const accounts = createAccounts({
      users: people.users,
      redemptions: people.redemptions,
      inviteOnly: false,
      log: console,
      redeem: async ({ write }) =>
        assert.fail(JSON.stringify(await write({ ...sampleRedemption(), invitation: null }))),
      identified: createIdentityEnrollment({ ...parts, identities: { ...identities, lockIdentity } }),
    });
    const account = sampleAccount();
    await assert.rejects(enroll('e', { accounts, invitation: null, account }), { status: 503 });
    assert.equal(await people.users.findByLogin('email', account.email ?? ''), null);
  });

  it('works without a redemptions table, as far as possible', async () => {
    const { enroll, table, held } = enrollmentFixture({ withoutRedemptions: true });
    const userId = userOf(await enroll('e'));
    assert.equal(await table.find(held()), userId);
    assertRefused(await enroll('f'), 'account_exists');
  });

  it('does not fail after the write, when its trace cannot be removed', async () => {
    let away = false;
    const { enroll, table, held, logged } = enrollmentFixture({
      users: (users) => ({
        ...users,
        create: async (account, redemption) => {
          const user = await users.create(account, redemption);
          away = true;
          return user;
        },
      }),
      ephemeralStore: (ephemeralStore) => ({
        ...ephemeralStore,
        compareAndSet: (...asked) =>
          away ? Promise.reject(new Error('away')) : ephemeralStore.compareAndSet(...asked),
      }),
    });
    const userId = userOf(await enroll('e'));
    assert.equal(await table.find(held()), userId);
    assert.match(logged.join('\n'), /trace/);
  });

  it('writes nothing while its trace cannot be stored', async () => {
    const { enroll, people, invitation, spent } = enrollmentFixture({
      ephemeralStore: (ephemeralStore) => ({ ...ephemeralStore, set: () => Promise.reject(new Error('away')) }),
    });
    const invited = await invitation();
    await assert.rejects(enroll('e', { invitation: invited }), /away/);
    assert.equal(await people.users.isEmpty(), true);
    assert.deepEqual(await spent(invited), [0, 0]);
  });
});
