import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { OneTime } from '../../ports/one-time.js';
import type { ContractCase } from './contract.js';

interface OneTimeUnderTest {
  readonly oneTime: OneTime;
  /** The same values as another process sees them; left out: `oneTime` itself. */
  readonly elsewhere?: OneTime;
  /** Lets the store's time go on: by a fake clock, or by waiting. */
  advance(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

/** What the kit relies on in values that are handed out once. */
export function oneTimeContract(open: () => Promise<OneTimeUnderTest>): readonly ContractCase[] {
  const one = (
    title: string,
    run: (oneTime: OneTime, key: string, opened: OneTimeUnderTest) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const opened = await open();
      try {
        await run(opened.oneTime, `case:${randomId()}`, opened);
      } finally {
        await opened.close?.();
      }
    },
  });

  return [
    one('what was never put is null', async (oneTime, key) => {
      assert.equal(await oneTime.take(key), null);
    }),
    one('a value comes back as it was, once', async (oneTime, key) => {
      const value = `{"a":"1:2","b":"\u0000 ü 字 🐎","c":"${'x'.repeat(16_000)}"}`;
      await oneTime.put(key, value, 60);
      assert.equal(await oneTime.take(key), value);
      assert.equal(await oneTime.take(key), null);
    }),
    one('the empty text is a value', async (oneTime, key) => {
      await oneTime.put(key, '', 60);
      assert.equal(await oneTime.take(key), '');
    }),
    one('of 100 takes at once exactly one gets it', async (oneTime, key, { elsewhere = oneTime }) => {
      await oneTime.put(key, 'value', 60);
      const taken = await Promise.all(
        Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? oneTime : elsewhere).take(key)),
      );
      assert.deepEqual(
        taken.filter((value) => value !== null),
        ['value'],
      );
    }),
    one('looking at a value leaves it there', async (oneTime, key) => {
      assert.equal(await oneTime.look(key), null);
      await oneTime.put(key, 'value', 60);
      assert.deepEqual([await oneTime.look(key), await oneTime.look(key)], ['value', 'value']);
      assert.equal(await oneTime.take(key), 'value');
      assert.equal(await oneTime.look(key), null);
    }),
    one('values do not disturb each other', async (oneTime, key) => {
      await oneTime.put(key, 'mine', 60);
      await oneTime.put(`${key}:other`, 'other', 60);
      assert.equal(await oneTime.take(`${key}:other`), 'other');
      assert.equal(await oneTime.take(key), 'mine');
    }),
    one('a second put replaces the value', async (oneTime, key) => {
      await oneTime.put(key, 'first', 60);
      await oneTime.put(key, 'second', 60);
      assert.equal(await oneTime.take(key), 'second');
      assert.equal(await oneTime.take(key), null);
    }),
    one(
      'of 100 holds at once one keeps its value, and all are told which',
      async (oneTime, key, { elsewhere = oneTime }) => {
        const kept = await Promise.all(
          Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? oneTime : elsewhere).hold(key, `value ${at}`, 60)),
        );
        assert.equal(new Set(kept).size, 1);
        assert.equal(await oneTime.take(key), kept[0]);
      },
    ),
    one('what is held is free again when it was taken, or its time has ended', async (oneTime, key, { advance }) => {
      assert.equal(await oneTime.hold(key, 'first', 60), 'first');
      await oneTime.take(key);
      assert.equal(await oneTime.hold(key, 'second', 1), 'second');
      assert.equal(await oneTime.hold(key, 'third', 60), 'second');
      await advance(1100);
      assert.equal(await oneTime.hold(key, 'fourth', 60), 'fourth');
    }),
    one('a value ends with its time', async (oneTime, key, { advance }) => {
      await oneTime.put(key, 'value', 1);
      await oneTime.put(`${key}:longer`, 'longer', 60);
      await advance(1100);
      assert.equal(await oneTime.look(key), null);
      assert.equal(await oneTime.take(key), null);
      assert.equal(await oneTime.take(`${key}:longer`), 'longer');
    }),
    one('a second put starts the time anew', async (oneTime, key, { advance }) => {
      await oneTime.put(key, 'first', 1);
      await advance(600);
      await oneTime.put(key, 'second', 1);
      await advance(600);
      assert.equal(await oneTime.take(key), 'second');
    }),
  ];
}
