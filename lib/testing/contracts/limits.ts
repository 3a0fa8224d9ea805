import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { Limits } from '../../ports/limits.js';
import type { ContractCase } from './contract.js';

interface LimitsUnderTest {
  readonly limits: Limits;
  /** Lets the store's time go on: by a fake clock, or by waiting. */
  advance(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

/** What the kit relies on in counters. */
export function limitsContract(open: () => Promise<LimitsUnderTest>): readonly ContractCase[] {
  const one = (
    title: string,
    run: (limits: Limits, key: string, advance: LimitsUnderTest['advance']) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const opened = await open();
      try {
        await run(opened.limits, randomId(), (milliseconds) => opened.advance(milliseconds));
      } finally {
        await opened.close?.();
      }
    },
  });

  return [
    one('each take adds a point and tells the sum', async (limits, key) => {
      assert.deepEqual(await limits.take(key, 60), { taken: 1, endsInSeconds: 60 });
      assert.equal((await limits.take(key, 60)).taken, 2);
      assert.equal((await limits.take(`${key}:other`, 60)).taken, 1);
    }),
    one('of many takes at once no two are told the same sum', async (limits, key) => {
      const counts = await Promise.all(Array.from({ length: 100 }, () => limits.take(key, 60)));
      assert.deepEqual(
        counts.map(({ taken }) => taken).sort((a, b) => a - b),
        Array.from({ length: 100 }, (_, at) => at + 1),
      );
    }),
    one('a look tells the sum and counts nothing', async (limits, key) => {
      assert.deepEqual(await limits.look(key), { taken: 0, endsInSeconds: 0 });
      await limits.take(key, 60);
      await limits.take(key, 60);
      for (let looks = 0; looks < 3; looks += 1) assert.equal((await limits.look(key)).taken, 2);
      assert.equal((await limits.take(key, 60)).taken, 3);
    }),
    one('a refund gives a point back', async (limits, key) => {
      await limits.take(key, 60);
      await limits.take(key, 60);
      await limits.refund(key, 60);
      assert.equal((await limits.take(key, 60)).taken, 2);
    }),
    one('several points are added, and given back, at once', async (limits, key) => {
      assert.deepEqual(await limits.take(key, 60, 5), { taken: 5, endsInSeconds: 60 });
      await limits.refund(key, 60, 3);
      assert.equal((await limits.take(key, 60, 2)).taken, 4);
    }),
    one('takes, looks and refunds at once come in their order', async (limits, key) => {
      const [first, , look, second] = await Promise.all([
        limits.take(key, 60, 2),
        limits.refund(key, 60),
        limits.look(key),
        limits.take(key, 60),
      ]);
      assert.deepEqual([first.taken, look.taken, second.taken], [2, 1, 2]);
    }),
    one('a counter never falls below zero', async (limits, key) => {
      await limits.take(key, 60);
      await limits.refund(key, 60);
      await limits.refund(key, 60);
      await limits.refund(`${key}:never`, 60);
      assert.equal((await limits.take(key, 60)).taken, 1);
      assert.equal((await limits.take(`${key}:never`, 60)).taken, 1);
    }),
    one('the window starts with the first point and is not lengthened by others', async (limits, key, advance) => {
      await limits.take(key, 1);
      await advance(600);
      assert.deepEqual(await limits.take(key, 1), { taken: 2, endsInSeconds: 1 });
      await advance(600);
      assert.equal((await limits.take(key, 1)).taken, 1);
    }),
    one('a refund neither lengthens a window nor opens one', async (limits, key, advance) => {
      await limits.take(key, 1);
      await limits.take(key, 1);
      await advance(600);
      await limits.refund(key, 1);
      await advance(600);
      await limits.refund(key, 1);
      assert.deepEqual(await limits.take(key, 60), { taken: 1, endsInSeconds: 60 });
    }),
  ];
}
