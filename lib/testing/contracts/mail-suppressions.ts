import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { MailSuppressions } from '../../ports/mail-suppressions.js';
import type { ContractCase } from './contract.js';

interface SuppressionsUnderTest {
  readonly suppressions: MailSuppressions;
  close?(): Promise<void>;
}

/** The kit's requirements for a store of addresses that get no more invitations. */
export function mailSuppressionsContract(open: () => Promise<SuppressionsUnderTest>): readonly ContractCase[] {
  const one = (title: string, run: (store: MailSuppressions, ann: string, bob: string) => Promise<void>) => ({
    title,
    async run() {
      const under = await open();
      try {
        await run(under.suppressions, `ann-${randomId()}`, `bob-${randomId()}`);
      } finally {
        await under.close?.();
      }
    },
  });
  const byRecipient = { at: 1_767_323_045_678, by: 'recipient' } as const;

  return [
    one('a suppression is found by its address and scope, and by no other', async (store, ann, bob) => {
      assert.equal(await store.add(ann, 'acme', byRecipient), true);
      assert.deepEqual(await store.find([ann], 'acme'), byRecipient);
      assert.deepEqual(await store.find([bob, ann], 'acme'), byRecipient);
      assert.equal(await store.find([ann], 'other'), null);
      assert.equal(await store.find([bob], 'acme'), null);
      assert.equal(await store.find([], 'acme'), null);
    }),
    one('the first one stays, also of many at once', async (store, ann) => {
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, at) => store.add(ann, 'acme', { at, by: at % 2 === 0 ? 'app' : 'recipient' })),
      );
      assert.equal(added.filter(Boolean).length, 1);
      const at = added.indexOf(true);
      assert.equal((await store.find([ann], 'acme'))?.at, at);
      assert.equal(await store.add(ann, 'acme', byRecipient), false);
      assert.equal((await store.find([ann], 'acme'))?.at, at);
    }),
    one('is removed in one scope, or in all', async (store, ann, bob) => {
      for (const scope of ['one', 'two', 'three']) await store.add(ann, scope, byRecipient);
      assert.equal(await store.remove([bob, ann], 'one'), true);
      assert.equal(await store.remove([ann], 'one'), false);
      assert.equal(await store.find([ann], 'one'), null);
      assert.deepEqual(await store.find([ann], 'two'), byRecipient);
      assert.equal(await store.remove([ann], null), true);
      assert.equal(await store.find([ann], 'three'), null);
      assert.equal(await store.remove([ann], null), false);
      assert.equal(await store.add(ann, 'one', byRecipient), true);
    }),
    one('are counted, in each scope', async (store, ann, bob) => {
      const before = await store.count();
      for (const scope of ['one', 'two', 'two']) await store.add(ann, scope, byRecipient);
      await store.add(bob, 'one', byRecipient);
      assert.equal(await store.count(), before + 3);
      await store.remove([ann, bob], 'one');
      assert.equal(await store.count(), before + 1);
      await store.remove([ann], null);
      await store.remove([ann], null);
      assert.equal(await store.count(), before);
    }),
  ];
}
