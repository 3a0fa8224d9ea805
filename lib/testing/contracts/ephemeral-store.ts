import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { ContractCase } from './contract.js';

interface EphemeralStoreUnderTest {
  readonly ephemeralStore: EphemeralStore;
  /** The same values as another process sees them; default: `ephemeralStore` itself. */
  readonly elsewhere?: EphemeralStore;
  /** Advances the store's time: by a fake clock, or by waiting. */
  advance(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

/** The kit's requirements for a store of single-use values. */
export function ephemeralStoreContract(open: () => Promise<EphemeralStoreUnderTest>): readonly ContractCase[] {
  const one = (
    title: string,
    run: (ephemeralStore: EphemeralStore, key: string, opened: EphemeralStoreUnderTest) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const opened = await open();
      try {
        await run(opened.ephemeralStore, `case:${randomId()}`, opened);
      } finally {
        await opened.close?.();
      }
    },
  });

  return [
    one('a value that was never set is null', async (ephemeralStore, key) => {
      assert.equal(await ephemeralStore.take(key), null);
    }),
    one('a value is returned as it was, once', async (ephemeralStore, key) => {
      const value = `{"a":"1:2","b":"\u0000 ü 字 🐎","c":"${'x'.repeat(16_000)}"}`;
      await ephemeralStore.set(key, value, 60);
      assert.equal(await ephemeralStore.take(key), value);
      assert.equal(await ephemeralStore.take(key), null);
    }),
    one('an empty string is a value', async (ephemeralStore, key) => {
      await ephemeralStore.set(key, '', 60);
      assert.equal(await ephemeralStore.take(key), '');
    }),
    one(
      'of 100 concurrent takes, exactly one gets the value',
      async (ephemeralStore, key, { elsewhere = ephemeralStore }) => {
        await ephemeralStore.set(key, 'value', 60);
        const taken = await Promise.all(
          Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? ephemeralStore : elsewhere).take(key)),
        );
        assert.deepEqual(
          taken.filter((value) => value !== null),
          ['value'],
        );
      },
    ),
    one('peek leaves the value in place', async (ephemeralStore, key) => {
      assert.equal(await ephemeralStore.peek(key), null);
      await ephemeralStore.set(key, 'value', 60);
      assert.deepEqual([await ephemeralStore.peek(key), await ephemeralStore.peek(key)], ['value', 'value']);
      assert.equal(await ephemeralStore.take(key), 'value');
      assert.equal(await ephemeralStore.peek(key), null);
    }),
    one('values are independent of each other', async (ephemeralStore, key) => {
      await ephemeralStore.set(key, 'mine', 60);
      await ephemeralStore.set(`${key}:other`, 'other', 60);
      assert.equal(await ephemeralStore.take(`${key}:other`), 'other');
      assert.equal(await ephemeralStore.take(key), 'mine');
    }),
    one('a second set replaces the value', async (ephemeralStore, key) => {
      await ephemeralStore.set(key, 'first', 60);
      await ephemeralStore.set(key, 'second', 60);
      assert.equal(await ephemeralStore.take(key), 'second');
      assert.equal(await ephemeralStore.take(key), null);
    }),
    one(
      'of 100 concurrent setIfAbsent calls, one keeps its value, and all return that value',
      async (ephemeralStore, key, { elsewhere = ephemeralStore }) => {
        const kept = await Promise.all(
          Array.from({ length: 100 }, (_, at) =>
            (at % 2 === 0 ? ephemeralStore : elsewhere).setIfAbsent(key, `value ${at}`, 60),
          ),
        );
        assert.equal(new Set(kept).size, 1);
        assert.equal(await ephemeralStore.take(key), kept[0]);
      },
    ),
    one(
      'setIfAbsent sets the key again once its value was taken or has expired',
      async (ephemeralStore, key, { advance }) => {
        assert.equal(await ephemeralStore.setIfAbsent(key, 'first', 60), 'first');
        await ephemeralStore.take(key);
        assert.equal(await ephemeralStore.setIfAbsent(key, 'second', 1), 'second');
        assert.equal(await ephemeralStore.setIfAbsent(key, 'third', 60), 'second');
        await advance(1100);
        assert.equal(await ephemeralStore.setIfAbsent(key, 'fourth', 60), 'fourth');
      },
    ),
    one('a value expires', async (ephemeralStore, key, { advance }) => {
      await ephemeralStore.set(key, 'value', 1);
      await ephemeralStore.set(`${key}:longer`, 'longer', 60);
      await advance(1100);
      assert.equal(await ephemeralStore.peek(key), null);
      assert.equal(await ephemeralStore.take(key), null);
      assert.equal(await ephemeralStore.take(`${key}:longer`), 'longer');
    }),
    one(
      'compareAndSet replaces only the expected value, and sets its expiry',
      async (ephemeralStore, key, { advance }) => {
        const next = { value: 'second', ttlSeconds: 60 };
        assert.equal(await ephemeralStore.compareAndSet(key, 'first', next), false);
        assert.equal(await ephemeralStore.peek(key), null);
        await ephemeralStore.set(key, 'first', 1);
        assert.equal(await ephemeralStore.compareAndSet(key, 'other', next), false);
        assert.equal(await ephemeralStore.peek(key), 'first');
        assert.equal(await ephemeralStore.compareAndSet(key, 'first', next), true);
        await ephemeralStore.set(`${key}:expired`, '', 1);
        await advance(1100);
        assert.equal(await ephemeralStore.peek(key), 'second');
        assert.equal(await ephemeralStore.compareAndSet(`${key}:expired`, '', next), false);
        assert.equal(await ephemeralStore.peek(`${key}:expired`), null);
      },
    ),
    one('compareAndSet with null removes only the expected value', async (ephemeralStore, key) => {
      await ephemeralStore.set(key, 'value', 60);
      assert.equal(await ephemeralStore.compareAndSet(key, 'other', null), false);
      assert.equal(await ephemeralStore.peek(key), 'value');
      assert.equal(await ephemeralStore.compareAndSet(key, 'value', null), true);
      assert.equal(await ephemeralStore.peek(key), null);
    }),
    one(
      'of 100 concurrent compareAndSet calls with one expected value, exactly one succeeds',
      async (ephemeralStore, key, { elsewhere = ephemeralStore }) => {
        await ephemeralStore.set(key, 'value', 60);
        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, at) =>
            (at % 2 === 0 ? ephemeralStore : elsewhere).compareAndSet(key, 'value', {
              value: `value ${at}`,
              ttlSeconds: 60,
            }),
          ),
        );
        assert.equal(answers.filter((answer) => answer).length, 1);
        assert.equal(await ephemeralStore.take(key), `value ${answers.indexOf(true)}`);
      },
    ),
    one('a second set restarts the expiry', async (ephemeralStore, key, { advance }) => {
      await ephemeralStore.set(key, 'first', 1);
      await advance(600);
      await ephemeralStore.set(key, 'second', 1);
      await advance(600);
      assert.equal(await ephemeralStore.take(key), 'second');
    }),
  ];
}
