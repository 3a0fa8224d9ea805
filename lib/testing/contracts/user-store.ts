import assert from 'node:assert/strict';
import type { JsonObject } from '../../base/json.js';
import type { Connections } from '../../ports/connections.js';
import type { Redemption, Redemptions } from '../../ports/redemptions.js';
import type { LoginField, NewAccount, UserStore } from '../../ports/user-store.js';
import type { ContractCase } from './contract.js';
import { sampleAccount, sampleRedemption } from './sample-enrollment.js';
import { userStoreIdentityCases } from './user-store-identities.js';
import { userStoreOptionalCases } from './user-store-optional.js';

export interface UserStoreUnderTest<User> {
  readonly users: UserStore<User>;
  readonly redemptions: Redemptions;
  /** Where `create` connects the identity of a new account; default: it does not. */
  readonly connections?: Connections;
  close?(): Promise<void>;
}

interface UserStoreContractOptions {
  /** Login fields that an account of this store may lack; default none. */
  readonly mayLack?: readonly LoginField[];
  /** The store's required `NewAccount.data`; default `{}`. */
  readonly data?: JsonObject;
}

/**
 * The kit's requirements for a user store and its redemptions. Names are random: a store that already has users is
 * fine.
 */
export function userStoreContract<User>(
  open: () => Promise<UserStoreUnderTest<User>>,
  options: UserStoreContractOptions = {},
): readonly ContractCase[] {
  const account = (over: Partial<NewAccount> = {}): NewAccount => sampleAccount({ data: options.data ?? {}, ...over });

  const one = (title: string, run: (store: UserStoreUnderTest<User>) => Promise<void>): ContractCase => ({
    title,
    async run() {
      const store = await open();
      try {
        await run(store);
      } finally {
        await store.close?.();
      }
    },
  });

  /** `second` must fail, and neither its user nor its redemption may exist afterwards. */
  async function refused(
    store: UserStoreUnderTest<User>,
    second: NewAccount,
    redemption: Redemption,
    first: User,
  ): Promise<void> {
    await assert.rejects(() => store.users.create(second, redemption));
    const own = store.users.toProfile(first).id;
    for (const field of ['username', 'email'] as const) {
      const found = await store.users.findByLogin(field, second[field] ?? '');
      assert.ok(
        found === null || store.users.toProfile(found).id === own,
        `half an account was left under its ${field}`,
      );
    }
    for (const by of [{ key: redemption.key }, { enrollmentId: redemption.enrollmentId }]) {
      const row = await store.redemptions.find(by);
      assert.ok(row === null || row.user_id === own, 'half a redemption was left');
    }
  }

  return [
    one('an account and its redemption are written together and found again', async ({ users, redemptions }) => {
      const [ann, redemption] = [account(), sampleRedemption()];
      const facts = users.toProfile(await users.create(ann, redemption));
      assert.equal(typeof facts.id, 'string');
      assert.deepEqual([facts.username, facts.email, facts.active], [ann.username, ann.email, true]);
      const row = redemption.row(facts.id);
      assert.deepEqual(await redemptions.find({ key: redemption.key }), row);
      assert.deepEqual(await redemptions.find({ enrollmentId: redemption.enrollmentId }), row);
    }),
    one('the profile is the same however the user was found', async ({ users }) => {
      const ann = account();
      const facts = users.toProfile(await users.create(ann, sampleRedemption()));
      for (const user of [
        await users.findById(facts.id),
        await users.findByLogin('username', ann.username ?? ''),
        await users.findByLogin('email', ann.email ?? ''),
      ]) {
        assert.ok(user !== null);
        assert.deepEqual(users.toProfile(user), facts);
      }
    }),
    one(
      'a login is looked up in its own column, as a whole, and never matches null',
      async ({ users, redemptions }) => {
        const ann = account();
        await users.create(ann, sampleRedemption());
        assert.equal(await users.findByLogin('username', ann.email ?? ''), null);
        assert.equal(await users.findByLogin('email', ann.username ?? ''), null);
        assert.equal(await users.findByLogin('email', '%'), null);
        assert.equal(await users.findByLogin('username', (ann.username ?? '').slice(0, -1)), null);
        assert.equal(await redemptions.find({ key: 'no-such-key:1' }), null);
        assert.equal(await redemptions.find({ enrollmentId: 'no-such-enrollment' }), null);
      },
    ),
    one('enrollment ids and redemption keys are not confused', async ({ users, redemptions }) => {
      const redemption = sampleRedemption();
      await users.create(account(), redemption);
      assert.equal(await redemptions.find({ key: redemption.enrollmentId }), null);
      assert.equal(await redemptions.find({ enrollmentId: redemption.key }), null);
    }),
    one('a username is unique', async (store) => {
      const { username } = account();
      const first = await store.users.create(account({ username }), sampleRedemption());
      await refused(store, account({ username }), sampleRedemption(), first);
    }),
    one('an address is unique', async (store) => {
      const { email } = account();
      const first = await store.users.create(account({ email }), sampleRedemption());
      await refused(store, account({ email }), sampleRedemption(), first);
    }),
    one('a redemption key is unique, and a conflict leaves no user', async (store) => {
      const { key } = sampleRedemption();
      const first = await store.users.create(account(), sampleRedemption({ key }));
      await refused(store, account(), sampleRedemption({ key }), first);
    }),
    one('an enrollment id is unique, and a conflict leaves no user', async (store) => {
      const { enrollmentId } = sampleRedemption();
      const first = await store.users.create(account(), sampleRedemption({ enrollmentId }));
      await refused(store, account(), sampleRedemption({ enrollmentId }), first);
    }),
    one('of parallel accounts for one seat, exactly one is written', async ({ users, redemptions }) => {
      const { key } = sampleRedemption();
      const accounts = Array.from({ length: 20 }, () => account());
      const ended = await Promise.allSettled(accounts.map((each) => users.create(each, sampleRedemption({ key }))));
      const written = ended.flatMap((end) => (end.status === 'fulfilled' ? [users.toProfile(end.value).id] : []));
      assert.equal(written.length, 1);
      assert.equal((await redemptions.find({ key }))?.user_id, written[0]);
      const found = await Promise.all(accounts.map((each) => users.findByLogin('email', each.email ?? '')));
      assert.equal(found.filter((user) => user !== null).length, 1);
    }),
    one(
      'of parallel accounts with one name, exactly one is written, with one redemption',
      async ({ users, redemptions }) => {
        const { username } = account();
        const attempts = Array.from({ length: 20 }, () => sampleRedemption());
        const ended = await Promise.allSettled(attempts.map((each) => users.create(account({ username }), each)));
        assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 1);
        const rows = await Promise.all(attempts.map(({ key }) => redemptions.find({ key })));
        assert.equal(rows.filter((row) => row !== null).length, 1);
      },
    ),
    one('parallel accounts that have nothing in common are all written', async ({ users }) => {
      const written = await Promise.all(Array.from({ length: 50 }, () => users.create(account(), sampleRedemption())));
      assert.equal(new Set(written.map((user) => users.toProfile(user).id)).size, 50);
    }),
    ...(options.mayLack ?? []).map((field) =>
      one(`any number of accounts may lack the ${field}`, async ({ users }) => {
        const written = [0, 1].map(() => users.create(account({ [field]: null }), sampleRedemption()));
        for (const user of await Promise.all(written)) assert.equal(users.toProfile(user)[field] ?? null, null);
      }),
    ),
    ...userStoreOptionalCases<User>(account, one),
    ...userStoreIdentityCases<User>(account).map(({ title, run }) =>
      one(`${title}, when the store heeds identities`, async (store) => {
        if (store.connections !== undefined) await run(store, store.connections);
      }),
    ),
  ];
}
