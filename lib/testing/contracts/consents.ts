import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { Consent, Consents } from '../../ports/consents.js';
import type { ContractCase } from './contract.js';

interface ConsentsUnderTest {
  readonly consents: Consents;
  close?(): Promise<void>;
}

/** The kit's requirements for a store of consents. */
export function consentsContract(open: () => Promise<ConsentsUnderTest>): readonly ContractCase[] {
  const sample = (userId: string, more: Partial<Consent> = {}): Consent => ({
    userId,
    application: 'reports',
    permissions: ['profile', 'read'],
    grantedAt: 1_767_323_045_678,
    expiresAt: null,
    ...more,
  });
  const sorted = (list: readonly Consent[]): readonly string[] =>
    list
      .map(({ userId, application, permissions, grantedAt, expiresAt }) =>
        JSON.stringify([userId, application, permissions, grantedAt, expiresAt]),
      )
      .toSorted();
  const one = (title: string, run: (store: Consents, ann: string, bob: string) => Promise<void>): ContractCase => ({
    title,
    async run() {
      const under = await open();
      try {
        await run(under.consents, `ann-${randomId()}`, `bob-${randomId()}`);
      } finally {
        await under.close?.();
      }
    },
  });

  return [
    one('a consent is listed for its user, unchanged, and for no other user', async (store, ann, bob) => {
      const hers = [
        sample(ann),
        sample(ann, { application: `Ünï-字🐎 '; DROP TABLE x; --`, expiresAt: 1_799_999_999_999 }),
        sample(ann, { permissions: [] }),
      ];
      for (const consent of hers) await store.save(consent);
      assert.deepEqual(sorted(await store.list(ann)), sorted(hers));
      assert.deepEqual(await store.list(bob), []);
      assert.deepEqual(await store.list(`${ann} `), []);
    }),
    one('a consent to the same permissions replaces the earlier one', async (store, ann) => {
      await store.save(sample(ann));
      const later = sample(ann, { grantedAt: 1_800_000_000_000, expiresAt: 1_900_000_000_000 });
      await store.save(later);
      assert.deepEqual(sorted(await store.list(ann)), sorted([later]));
    }),
    one('20 at once for one user are all stored', async (store, ann) => {
      const all = Array.from({ length: 20 }, (_, at) => sample(ann, { application: `app-${String(at)}` }));
      await Promise.all(all.map((consent) => store.save(consent)));
      assert.deepEqual(sorted(await store.list(ann)), sorted(all));
    }),
    one('removing ends those of one application, or all, of this user alone', async (store, ann, bob) => {
      const kept = sample(ann, { application: 'calendar' });
      const his = sample(bob);
      for (const consent of [sample(ann), sample(ann, { permissions: ['write'] }), kept, his])
        await store.save(consent);
      await store.remove(ann, 'reports');
      await store.remove(ann, 'reports');
      assert.deepEqual(sorted(await store.list(ann)), sorted([kept]));
      await store.remove(ann);
      assert.deepEqual(await store.list(ann), []);
      assert.deepEqual(sorted(await store.list(bob)), sorted([his]));
    }),
  ];
}
