import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { Authenticator, Authenticators } from '../../ports/authenticators.js';
import type { ContractCase } from './contract.js';

export interface AuthenticatorsUnderTest {
  readonly authenticators: Authenticators;
  /** Ids of `count` existing users; default: any texts. */
  readonly userIds?: (count: number) => Promise<readonly string[]>;
  close?(): Promise<void>;
}

/** The kit's requirements for a store of authenticators. Ids are random: a store that has others is fine. */
export function authenticatorsContract(open: () => Promise<AuthenticatorsUnderTest>): readonly ContractCase[] {
  const sample = (userId: string): Authenticator => ({
    id: randomId(),
    userId,
    type: 'totp',
    name: 'Authenticator app',
    createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    lastUsedAt: null,
    version: randomId(),
    data: { secret: `Ünï-字🐎 '; DROP TABLE users; --`, digits: 6, nested: { list: [1, 'two', null, true] } },
  });

  const one = (
    title: string,
    run: (store: Authenticators, users: (count: number) => Promise<readonly string[]>) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const under = await open();
      const anybody = async (count: number): Promise<readonly string[]> => Array.from({ length: count }, randomId);
      try {
        await run(under.authenticators, under.userIds ?? anybody);
      } finally {
        await under.close?.();
      }
    },
  });

  return [
    one('an authenticator is listed for its user, unchanged, and for no other user', async (store, users) => {
      const [ann = '', bob = ''] = await users(2);
      const hers = sample(ann);
      const codes: Authenticator = { ...sample(ann), type: 'recovery_codes', lastUsedAt: 1_767_323_045_000 };
      await store.add(hers);
      await store.add(codes);
      const listed = [...(await store.list(ann))].sort((a, b) => (a.id === hers.id ? -1 : b.id === hers.id ? 1 : 0));
      assert.deepEqual(listed, [hers, codes]);
      assert.deepEqual(await store.list(bob), []);
      assert.deepEqual(await store.list(ann.toUpperCase() === ann ? `${ann} ` : ann.toUpperCase()), []);
    }),
    one('a second one with the same id is refused, of the same user and of another', async (store, users) => {
      const [ann = '', bob = ''] = await users(2);
      const hers = sample(ann);
      await store.add(hers);
      await assert.rejects(() => store.add({ ...hers, name: 'another' }));
      await assert.rejects(() => store.add({ ...hers, userId: bob }));
      assert.deepEqual([await store.list(ann), await store.list(bob)], [[hers], []]);
    }),
    one('one is found by its id among those of all users, until it is removed', async (store, users) => {
      const [ann = '', bob = ''] = await users(2);
      const [hers, his]: readonly Authenticator[] = [{ ...sample(ann), type: 'webauthn' }, sample(bob)];
      for (const each of [hers, his]) if (each !== undefined) await store.add(each);
      assert.deepEqual([await store.find(hers?.id ?? ''), await store.find(his?.id ?? '')], [hers, his]);
      assert.equal(await store.find(randomId()), null);
      await store.remove(ann, hers?.id ?? '');
      assert.equal(await store.find(hers?.id ?? ''), null);
      if (hers !== undefined) await store.add({ ...hers, userId: bob });
      assert.equal((await store.find(hers?.id ?? ''))?.userId, bob);
    }),
    one('an update of the present version replaces name, use, version and data', async (store, users) => {
      const [ann = ''] = await users(1);
      const hers = sample(ann);
      const other = sample(ann);
      await store.add(hers);
      await store.add(other);
      const changed = {
        ...hers,
        name: 'phone',
        lastUsedAt: hers.createdAt + 1,
        version: randomId(),
        data: { step: 7 },
      };
      assert.equal(await store.update(hers.version, changed), true);
      assert.deepEqual(
        new Set((await store.list(ann)).map((row) => JSON.stringify(row))),
        new Set([changed, other].map((row) => JSON.stringify(row))),
      );
    }),
    one('an update of an older version changes nothing', async (store, users) => {
      const [ann = ''] = await users(1);
      const hers = sample(ann);
      await store.add(hers);
      const first = { ...hers, version: randomId(), data: { step: 1 } };
      assert.equal(await store.update(hers.version, first), true);
      assert.equal(await store.update(hers.version, { ...hers, version: randomId(), data: { step: 2 } }), false);
      assert.deepEqual(await store.list(ann), [first]);
    }),
    one('of 20 concurrent updates of one version, exactly one succeeds', async (store, users) => {
      const [ann = ''] = await users(1);
      const hers = sample(ann);
      await store.add(hers);
      const changes = Array.from({ length: 20 }, (_, step) => ({ ...hers, version: randomId(), data: { step } }));
      const won = await Promise.all(changes.map((changed) => store.update(hers.version, changed)));
      assert.equal(won.filter(Boolean).length, 1);
      assert.deepEqual(await store.list(ann), [changes[won.indexOf(true)]]);
    }),
    one('an update never reaches the authenticator of another user', async (store, users) => {
      const [ann = '', bob = ''] = await users(2);
      const hers = sample(ann);
      await store.add(hers);
      assert.equal(await store.update(hers.version, { ...hers, userId: bob, version: randomId() }), false);
      assert.deepEqual(await store.list(ann), [hers]);
    }),
    one('a removed one is gone, another user cannot remove it, and removing twice is fine', async (store, users) => {
      const [ann = '', bob = ''] = await users(2);
      const [hers, kept] = [sample(ann), sample(ann)];
      await store.add(hers);
      await store.add(kept);
      await store.remove(bob, hers.id);
      assert.equal((await store.list(ann)).length, 2);
      await store.remove(ann, hers.id);
      await store.remove(ann, hers.id);
      assert.deepEqual(await store.list(ann), [kept]);
      assert.equal(await store.update(hers.version, { ...hers, version: randomId() }), false);
    }),
  ];
}
