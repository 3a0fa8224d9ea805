import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { PlanStore } from '../../ports/plan-store.js';
import type { ContractCase } from './contract.js';

interface PlanStoreUnderTest {
  readonly store: PlanStore;
  /** Advances the store's time: by a fake clock, or by waiting. */
  advance(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

/** The kit's requirements for a store of plans. */
export function planStoreContract(open: () => Promise<PlanStoreUnderTest>): readonly ContractCase[] {
  const one = (
    title: string,
    run: (store: PlanStore, id: string, advance: PlanStoreUnderTest['advance']) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const opened = await open();
      try {
        await run(opened.store, randomId(), (milliseconds) => opened.advance(milliseconds));
      } finally {
        await opened.close?.();
      }
    },
  });

  return [
    one('a plan that was never stored is null', async (store, id) => {
      assert.equal(await store.load(id), null);
    }),
    one('a created plan has revision 1 and is returned as it was', async (store, id) => {
      const text = `{"a":"1:2","b":"\u0000 ü 字 🐎","c":"${'x'.repeat(16_000)}"}`;
      assert.deepEqual(await store.create(id, text, 60), { won: true });
      assert.deepEqual(await store.load(id), { rev: 1, text });
    }),
    one('a plan may be created at a later revision and continues from there', async (store, id) => {
      assert.deepEqual(await store.create(id, 'seven', 60, 7), { won: true });
      assert.deepEqual(await store.load(id), { rev: 7, text: 'seven' });
      assert.deepEqual(await store.replace(id, 6, 'late', 60), { won: false, now: { rev: 7, text: 'seven' } });
      assert.deepEqual(await store.replace(id, 7, 'eight', 60), { won: true });
      assert.deepEqual(await store.load(id), { rev: 8, text: 'eight' });
    }),
    one('a second create fails and returns the stored plan', async (store, id) => {
      await store.create(id, 'first', 60);
      assert.deepEqual(await store.create(id, 'second', 60), { won: false, now: { rev: 1, text: 'first' } });
      assert.deepEqual(await store.load(id), { rev: 1, text: 'first' });
    }),
    one('of concurrent creations, exactly one succeeds', async (store, id) => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => store.create(id, `text ${at}`, 60)));
      assert.equal(answers.filter(({ won }) => won).length, 1);
    }),
    one('replacing the current revision makes the next one', async (store, id) => {
      await store.create(id, 'one', 60);
      assert.deepEqual(await store.replace(id, 1, 'two', 60), { won: true });
      assert.deepEqual(await store.load(id), { rev: 2, text: 'two' });
    }),
    one('a plan that only gets more time keeps its revision', async (store, id) => {
      await store.create(id, 'one', 60);
      assert.deepEqual(await store.replace(id, 1, 'one, later', 60, 1), { won: true });
      assert.deepEqual(await store.load(id), { rev: 1, text: 'one, later' });
      assert.deepEqual(await store.replace(id, 1, 'two', 60), { won: true });
      assert.deepEqual(await store.replace(id, 1, 'one, late', 60, 1), { won: false, now: { rev: 2, text: 'two' } });
    }),
    one('replacing another revision fails, changes nothing and returns the stored plan', async (store, id) => {
      await store.create(id, 'one', 60);
      await store.replace(id, 1, 'two', 60);
      for (const stale of [0, 1, 3, 22]) {
        assert.deepEqual(await store.replace(id, stale, 'late', 60), { won: false, now: { rev: 2, text: 'two' } });
      }
      assert.deepEqual(await store.load(id), { rev: 2, text: 'two' });
    }),
    one('replacing a missing plan fails and stores nothing', async (store, id) => {
      assert.deepEqual(await store.replace(id, 1, 'late', 60), { won: false, now: null });
      assert.equal(await store.load(id), null);
    }),
    one('of concurrent replacements, exactly one succeeds', async (store, id) => {
      await store.create(id, 'one', 60);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => store.replace(id, 1, `text ${at}`, 60)));
      assert.equal(answers.filter(({ won }) => won).length, 1);
      assert.equal((await store.load(id))?.rev, 2);
    }),
    one('a dropped plan is gone and can be created again', async (store, id) => {
      await store.create(id, 'one', 60);
      await store.drop(id);
      await store.drop(id);
      assert.equal(await store.load(id), null);
      assert.deepEqual(await store.create(id, 'again', 60), { won: true });
    }),
    one('plans are independent of each other', async (store, id) => {
      await store.create(id, 'mine', 60);
      await store.create(`${id}:other`, 'other', 60);
      await store.drop(`${id}:other`);
      assert.deepEqual(await store.load(id), { rev: 1, text: 'mine' });
    }),
    one('a plan expires, and reading does not extend it', async (store, id, advance) => {
      await store.create(id, 'one', 1);
      await advance(600);
      assert.deepEqual(await store.load(id), { rev: 1, text: 'one' });
      await advance(600);
      assert.equal(await store.load(id), null);
      assert.deepEqual(await store.replace(id, 1, 'late', 1), { won: false, now: null });
    }),
    one('a replacement restarts the expiry', async (store, id, advance) => {
      await store.create(id, 'one', 1);
      await advance(600);
      await store.replace(id, 1, 'two', 1);
      await advance(600);
      assert.deepEqual(await store.load(id), { rev: 2, text: 'two' });
    }),
  ];
}
