import assert from 'node:assert/strict';
import type { Connections } from '../../ports/connections.js';
import type { NewAccount } from '../../ports/user-store.js';
import { sampleIdentity, sampleRedemption } from './sample-enrollment.js';
import type { UserStoreUnderTest } from './user-store.js';

/** The kit's requirements for a user store that itself writes the identity of a new account. */
export function userStoreIdentityCases<User>(account: (over?: Partial<NewAccount>) => NewAccount): readonly {
  readonly title: string;
  readonly run: (store: UserStoreUnderTest<User>, connections: Connections) => Promise<void>;
}[] {
  /** An account that could not be written leaves no names, no redemption and no identity. */
  async function nothingLeft(
    { users, redemptions }: UserStoreUnderTest<User>,
    refused: NewAccount,
    key: string | null,
  ): Promise<void> {
    for (const field of ['username', 'email'] as const)
      assert.equal(
        await users.findByLogin(field, refused[field] ?? ''),
        null,
        `half an account was left under its ${field}`,
      );
    if (key !== null) assert.equal(await redemptions.find({ key }), null, 'half a redemption was left');
  }

  return [
    {
      title: 'an identity is connected with the account it comes with, and an account without one is not',
      async run({ users }, connections) {
        const identity = sampleIdentity();
        await users.create(account({ identity: null }), sampleRedemption());
        await users.create(account(), sampleRedemption());
        assert.equal(await connections.find(identity), null);
        const ann = await users.create(account({ identity }), sampleRedemption());
        assert.equal(await connections.find(identity), users.toProfile(ann).id);
      },
    },
    {
      title: 'an identity that another account has leaves neither user nor redemption',
      async run(store, connections) {
        const identity = sampleIdentity();
        const ann = await store.users.create(account({ identity }), sampleRedemption());
        const [second, redemption] = [account({ identity }), sampleRedemption()];
        await assert.rejects(() => store.users.create(second, redemption));
        await nothingLeft(store, second, redemption.key);
        assert.equal(await connections.find(identity), store.users.toProfile(ann).id);
      },
    },
    {
      title: 'an account that cannot be written leaves no identity',
      async run(store, connections) {
        const [first, taken] = [account(), sampleRedemption()];
        await store.users.create(first, taken);
        const [identity, fresh] = [sampleIdentity(), sampleRedemption()];
        await assert.rejects(() => store.users.create(account({ identity, username: first.username }), fresh));
        assert.equal(await connections.find(identity), null);
        for (const redemption of [
          sampleRedemption({ key: taken.key }),
          sampleRedemption({ enrollmentId: taken.enrollmentId }),
        ]) {
          const second = account({ identity });
          await assert.rejects(() => store.users.create(second, redemption));
          await nothingLeft(store, second, null);
          assert.equal(await connections.find(identity), null);
        }
        // All of it is still free.
        const ann = await store.users.create(account({ identity }), fresh);
        assert.equal(await connections.find(identity), store.users.toProfile(ann).id);
      },
    },
    {
      title: 'of 20 accounts for one identity at once exactly one is written',
      async run({ users, redemptions }, connections) {
        const identity = sampleIdentity();
        const attempts = Array.from({ length: 20 }, () => ({ who: account({ identity }), how: sampleRedemption() }));
        const ended = await Promise.allSettled(attempts.map(({ who, how }) => users.create(who, how)));
        const written = ended.flatMap((end) => (end.status === 'fulfilled' ? [users.toProfile(end.value).id] : []));
        assert.equal(written.length, 1);
        assert.equal(await connections.find(identity), written[0]);
        const rows = await Promise.all(attempts.map(({ how }) => redemptions.find({ key: how.key })));
        assert.deepEqual(
          rows.flatMap((row) => (row === null ? [] : [row.user_id])),
          written,
        );
      },
    },
    {
      title: 'an identity is not lost by an update, and is by a removal',
      async run({ users }, connections) {
        const identity = sampleIdentity();
        const user = await users.create(account({ identity }), sampleRedemption());
        await users.update?.(user, { name: 'Changed' });
        assert.equal(await connections.find(identity), users.toProfile(user).id);
        if (users.remove === undefined) return;
        await users.remove(user);
        assert.equal(await connections.find(identity), null);
      },
    },
  ];
}
