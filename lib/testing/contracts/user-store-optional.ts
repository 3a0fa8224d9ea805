import assert from 'node:assert/strict';
import type { NewAccount } from '../../ports/user-store.js';
import type { ContractCase } from './contract.js';
import { sampleRedemption } from './sample-enrollment.js';
import type { UserStoreUnderTest } from './user-store.js';

/** The kit's requirements for the functions that a user store may lack. */
export function userStoreOptionalCases<User>(
  account: (over?: Partial<NewAccount>) => NewAccount,
  one: (title: string, run: (store: UserStoreUnderTest<User>) => Promise<void>) => ContractCase,
): readonly ContractCase[] {
  return [
    one('passwordHash, if implemented, returns what was written', async ({ users }) => {
      if (users.passwordHash === undefined) return;
      const user = await users.create(account({ passwordHash: '$argon2id$sample' }), sampleRedemption());
      assert.equal(await users.passwordHash(user), '$argon2id$sample');
    }),
    one('passwordHistory, if implemented, returns earlier hashes, the newest first', async ({ users }) => {
      if (users.passwordHistory === undefined || users.update === undefined) return;
      let user = await users.create(account({ passwordHash: '$first' }), sampleRedemption());
      assert.deepEqual(await users.passwordHistory(user, 5), []);
      for (const [at, passwordHash] of ['$second', '$third'].entries())
        user = await users.update(user, { passwordHash, passwordChangedAt: 1_000_000 + at });
      // The same password with newer settings.
      user = await users.update(user, { passwordHash: '$third again' });
      user = await users.update(user, { name: 'Changed' });
      assert.deepEqual(await users.passwordHistory(user, 5), ['$second', '$first']);
      assert.deepEqual(await users.passwordHistory(user, 1), ['$second']);
    }),
    one('update, if it knows passwordChangedAt, reports it, and not for a hash alone', async ({ users }) => {
      if (users.update === undefined) return;
      const created = await users.create(account({ passwordHash: '$first' }), sampleRedemption());
      if (typeof users.toProfile(created).passwordChangedAt !== 'number') return;
      const changed = await users.update(created, { passwordHash: '$second', passwordChangedAt: 1_700_000_000_123 });
      assert.equal(users.toProfile(changed).passwordChangedAt, 1_700_000_000_123);
      const again = await users.update(changed, { passwordHash: '$second again' });
      const found = await users.findById(users.toProfile(again).id);
      assert.ok(found !== null);
      assert.equal(users.toProfile(found).passwordChangedAt, 1_700_000_000_123);
      const without = await users.create(account({ passwordHash: null }), sampleRedemption());
      assert.equal(users.toProfile(without).passwordChangedAt ?? null, null);
    }),
    one('replacePassword, if implemented, writes only over the hash that it expects', async (store) => {
      const { users } = store;
      if (users.replacePassword === undefined || users.passwordHash === undefined) return;
      let user = await users.create(account({ passwordHash: null }), sampleRedemption());
      const { id } = users.toProfile(user);
      const replace = async (present: string | null, passwordHash: string): Promise<boolean> => {
        const change = { passwordHash, passwordChangedAt: 1_700_000_000_000 };
        const changed = (await users.replacePassword?.(user, present, change)) ?? null;
        if (changed !== null) assert.equal(users.toProfile(changed).id, id);
        user = (await users.findById(id)) ?? assert.fail('the user is gone');
        return changed !== null;
      };
      assert.equal(await replace('$other', '$first'), false);
      assert.equal(await users.passwordHash(user), null);
      assert.equal(await replace(null, '$first'), true);
      assert.equal(await replace(null, '$second'), false);
      assert.equal(await replace('$FIRST', '$second'), false);
      assert.equal(await users.passwordHash(user), '$first');
      // Of many at once that expect the same hash, one writes.
      const before = user;
      const answers = await Promise.all(
        Array.from({ length: 8 }, async (_, at) => {
          const passwordHash = `$of many ${String(at)}`;
          const change = { passwordHash, passwordChangedAt: 1_700_000_000_001 };
          return { passwordHash, user: (await users.replacePassword?.(before, '$first', change)) ?? null };
        }),
      );
      const [winner, ...others] = answers.filter((answer) => answer.user !== null);
      assert.equal(others.length, 0);
      const stored = (await users.findById(id)) ?? assert.fail('the user is gone');
      assert.equal(await users.passwordHash(stored), winner?.passwordHash);
      if (users.passwordHistory !== undefined) assert.deepEqual(await users.passwordHistory(stored, 5), ['$first']);
      const { passwordChangedAt } = users.toProfile(stored);
      if (typeof passwordChangedAt === 'number') assert.equal(passwordChangedAt, 1_700_000_000_001);
    }),
    one('emailVerified, if reported, is kept, and is of one address alone', async ({ users }) => {
      const proved = await users.create(account({ emailVerified: true }), sampleRedemption());
      if (typeof users.toProfile(proved).emailVerified !== 'boolean') return;
      const { id } = users.toProfile(proved);
      const stored = async (): Promise<unknown> => {
        const user = await users.findById(id);
        return user === null ? 'no user' : (users.toProfile(user).emailVerified ?? null);
      };
      assert.equal(await stored(), true);
      const typed = await users.create(account(), sampleRedemption());
      assert.notEqual(users.toProfile(typed).emailVerified ?? null, true);
      if (users.update === undefined) return;
      const email = users.toProfile(proved).email ?? null;
      const steps: readonly (readonly [Parameters<typeof users.update>[1], boolean])[] = [
        [{ name: 'Changed' }, true],
        [{ passwordHash: '$other', passwordChangedAt: 1_000_000 }, true],
        [{ email }, true],
        [{ email: account().email }, false],
        [{ emailVerified: true }, true],
        [{ email: account().email, emailVerified: true }, true],
        [{ email: account().email, emailVerified: false }, false],
      ];
      let user = proved;
      for (const [change, verified] of steps) {
        user = await users.update(user, change);
        assert.equal(users.toProfile(user).emailVerified ?? false, verified, JSON.stringify(change));
        assert.equal((await stored()) ?? false, verified, JSON.stringify(change));
      }
      const { email: typedEmail = null, emailVerified: before } = users.toProfile(typed);
      const other = await users.update(typed, { emailVerified: true });
      assert.equal(users.toProfile(other).emailVerified, true);
      if (before !== null) return;
      // An address that an account had to give up comes back as it was.
      const without = await users.update(other, { email: null });
      const back = await users.update(without, { email: typedEmail, emailVerified: null });
      assert.equal(users.toProfile(back).emailVerified, null);
    }),
    one('isEmpty, if implemented, is false as soon as there is an account', async ({ users }) => {
      if (users.isEmpty === undefined) return;
      await users.create(account(), sampleRedemption());
      assert.equal(await users.isEmpty(), false);
    }),
    one('update, if implemented, changes the given fields and keeps the rest', async ({ users, redemptions }) => {
      if (users.update === undefined) return;
      const [ann, other, redemption] = [account(), account(), sampleRedemption()];
      const user = await users.create(ann, redemption);
      const { id } = users.toProfile(user);
      const facts = users.toProfile(await users.update(user, { email: other.email }));
      assert.deepEqual([facts.id, facts.username, facts.email], [id, ann.username, other.email]);
      assert.equal(await users.findByLogin('email', ann.email ?? ''), null);
      assert.ok((await users.findByLogin('email', other.email ?? '')) !== null);
      assert.deepEqual(await redemptions.find({ key: redemption.key }), redemption.row(id));
    }),
    one('update, if implemented, refuses a login that another account has', async ({ users }) => {
      if (users.update === undefined) return;
      const [ann, bob] = [account(), account()];
      await users.create(ann, sampleRedemption());
      const user = await users.create(bob, sampleRedemption());
      await assert.rejects(users.update(user, { username: ann.username, name: 'Changed' }));
      assert.ok((await users.findByLogin('username', bob.username ?? '')) !== null);
    }),
    one('acceptInvitation, if implemented, writes one redemption for each account', async ({ users, redemptions }) => {
      if (users.acceptInvitation === undefined) return;
      const [ann, bob] = [
        await users.create(account(), sampleRedemption()),
        await users.create(account(), sampleRedemption()),
      ];
      const redemption = sampleRedemption();
      await users.acceptInvitation(ann, redemption);
      const row = redemption.row(users.toProfile(ann).id);
      assert.deepEqual(await redemptions.find({ enrollmentId: redemption.enrollmentId }), row);
      const { key, enrollmentId } = redemption;
      for (const second of [sampleRedemption({ key }), sampleRedemption({ enrollmentId })])
        await assert.rejects(async () => users.acceptInvitation?.(bob, second));
      assert.deepEqual(await redemptions.find({ key }), row);
    }),
    one('remove, if implemented, removes the user and keeps the redemption', async ({ users, redemptions }) => {
      if (users.remove === undefined) return;
      const [ann, redemption] = [account(), sampleRedemption()];
      const user = await users.create(ann, redemption);
      const { id } = users.toProfile(user);
      await users.remove(user);
      assert.equal(await users.findById(id), null);
      assert.equal(await users.findByLogin('email', ann.email ?? ''), null);
      assert.deepEqual(await redemptions.find({ key: redemption.key }), redemption.row(id));
      await assert.rejects(() => users.create(account(), sampleRedemption({ key: redemption.key })));
    }),
  ];
}
