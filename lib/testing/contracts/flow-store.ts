import assert from 'node:assert/strict';
import type { FlowStore } from '../../ports/flow-store.js';
import type { ContractCase } from './contract.js';

interface FlowStoreUnderTest {
  /** Empty. */
  readonly store: FlowStore;
  close?(): Promise<void>;
}

/** The kit's requirements for a store of flows. */
export function flowStoreContract(open: () => Promise<FlowStoreUnderTest>): readonly ContractCase[] {
  const one = (title: string, run: (store: FlowStore) => Promise<void>): ContractCase => ({
    title,
    async run() {
      const under = await open();
      try {
        await run(under.store);
      } finally {
        await under.close?.();
      }
    },
  });
  const append = (store: FlowStore, after: number, entry = `entry ${String(after + 1)}`, kept = 50) =>
    store.append({ after, entry, files: `files of ${entry}`, kept });
  const numbers = async (store: FlowStore) => (await store.list()).map(({ version }) => version);

  return [
    one('without versions, the newest one is 0', async (store) => {
      assert.equal(await store.newest(), 0);
      assert.deepEqual(await store.list(), []);
      assert.equal(await store.read(1), null);
      assert.equal(await store.read(0), null);
    }),
    one('versions are numbered from 1, and are returned as they were', async (store) => {
      const files = `[{"text":"\u0000 ü 字 🐎\\n"}]${'x'.repeat(1_000_000)}`;
      assert.deepEqual(await store.append({ after: 0, entry: '{"by":"ü 🐎"}', files, kept: 50 }), {
        stored: true,
        newest: 1,
      });
      assert.deepEqual(await append(store, 1), { stored: true, newest: 2 });
      assert.equal(await store.newest(), 2);
      assert.deepEqual(await store.read(1), { version: 1, entry: '{"by":"ü 🐎"}', files });
      assert.deepEqual(await store.read(2), { version: 2, entry: 'entry 2', files: 'files of entry 2' });
      assert.deepEqual(await store.list(), [
        { version: 2, entry: 'entry 2' },
        { version: 1, entry: '{"by":"ü 🐎"}' },
      ]);
    }),
    one('a version after another than the newest one is not stored', async (store) => {
      await append(store, 0);
      await append(store, 1);
      for (const after of [0, 1, 3]) {
        assert.deepEqual(await append(store, after, `late ${String(after)}`), { stored: false, newest: 2 });
      }
      assert.deepEqual(await numbers(store), [2, 1]);
      assert.equal((await store.read(2))?.entry, 'entry 2');
    }),
    one('of concurrent writers, exactly one succeeds', async (store) => {
      await append(store, 0);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, writer) => append(store, 1, `writer ${String(writer)}`)),
      );
      const winner = answers.findIndex(({ stored }) => stored);
      assert.equal(answers.filter(({ stored }) => stored).length, 1);
      assert.ok(answers.every(({ newest }) => newest === 2));
      const entry = `writer ${String(winner)}`;
      assert.deepEqual(await store.read(2), { version: 2, entry, files: `files of ${entry}` });
    }),
    one('the same call again, after its answer was lost, is true and stores nothing more', async (store) => {
      assert.deepEqual(await append(store, 0), { stored: true, newest: 1 });
      assert.deepEqual(await append(store, 0), { stored: true, newest: 1 });
      assert.deepEqual(await numbers(store), [1]);
    }),
    one('the oldest versions are removed, also where fewer are kept than before', async (store) => {
      for (let after = 0; after < 5; after += 1) await append(store, after, undefined, 4);
      assert.deepEqual(await numbers(store), [5, 4, 3, 2]);
      assert.equal(await store.read(1), null);
      await append(store, 5, undefined, 2);
      assert.deepEqual(await numbers(store), [6, 5]);
      assert.equal(await store.read(4), null);
      await append(store, 6, undefined, 2);
      assert.deepEqual(await numbers(store), [7, 6]);
    }),
  ];
}
