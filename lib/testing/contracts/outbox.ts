import assert from 'node:assert/strict';
import type { Outbox, OutboxItem, TakenItem } from '../../ports/outbox.js';
import type { ContractCase } from './contract.js';

interface OutboxUnderTest {
  /** Keeps at most 20 waiting webhooks and 1,000 other items, and 3 that were given up. */
  readonly outbox: Outbox;
  /** Advances the store's time. */
  advance(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const second = 1000;
/**
 * A store with its own clock appears to jump by the time that a command takes to reach it: the contract advances by
 * more than that.
 */
const leeway = second;
const hour = 3600 * second;

/** The kit's requirements for an outbox. */
export function outboxContract(open: () => Promise<OutboxUnderTest>): readonly ContractCase[] {
  const one = (
    title: string,
    run: (outbox: Outbox, advance: OutboxUnderTest['advance']) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const opened = await open();
      try {
        await run(unhurried(opened), (milliseconds) => opened.advance(milliseconds + leeway));
      } finally {
        await opened.close?.();
      }
    },
  });

  return [
    one('an empty outbox returns nothing and nothing is due', async (outbox) => {
      assert.deepEqual(await outbox.take('enrolled', 10, 60), { items: [], nextInMs: null });
      assert.deepEqual(await outbox.counts(), { waiting: 0, failed: 0 });
    }),
    one('an item is returned as it was put, on its first attempt', async (outbox) => {
      const payload = { text: '{"a":[],"b":{}} ü 🐎', list: [], none: null, deep: { empty: {} }, big: 2 ** 52 };
      await outbox.put([{ id: 'one', kind: 'enrolled', payload }]);
      const item = await takeOne(outbox);
      assert.deepEqual({ ...item, token: '' }, { id: 'one', kind: 'enrolled', payload, attempts: 1, token: '' });
    }),
    one('an id that is waiting, leased, given up or delivered is not put again', async (outbox) => {
      await outbox.put([sample('one')]);
      await outbox.put([sample('one'), sample('one')]);
      const item = await takeOne(outbox);
      assert.deepEqual(await outbox.put([sample('one')]), []);
      assert.deepEqual((await outbox.take('enrolled', 10, 60)).items, []);
      assert.equal(await outbox.done(item), true);
      await outbox.put([sample('one')]);
      assert.deepEqual(await outbox.counts(), { waiting: 0, failed: 0 });

      await outbox.put([sample('two')]);
      await outbox.dead(await takeOne(outbox), 'no');
      await outbox.put([sample('two')]);
      assert.deepEqual(await outbox.counts(), { waiting: 0, failed: 1 });
    }),
    one('a delivered id is remembered longer than a plan lives, and then forgotten', async (outbox, advance) => {
      await outbox.put([sample('one')]);
      await outbox.done(await takeOne(outbox));
      await advance(24 * hour);
      await outbox.put([sample('one')]);
      assert.equal((await outbox.counts()).waiting, 0);
      await advance(2 * hour);
      await outbox.put([sample('other')]);
      await outbox.done(await takeOne(outbox));
      await outbox.put([sample('one')]);
      assert.equal((await outbox.counts()).waiting, 1);
    }),
    one('every kind has a queue of its own, also after an item was given up and retried', async (outbox) => {
      const kinds = ['enrolled', 'accepted', 'webhook', 'mail'] as const;
      await outbox.put(kinds.map((kind) => ({ id: `of-${kind}`, kind, payload: { kind } })));
      assert.equal((await outbox.counts()).waiting, kinds.length);
      for (const kind of kinds) {
        const { items } = await outbox.take(kind, 10, 60);
        assert.deepEqual(
          items.map((item) => [item.id, item.kind, item.payload]),
          [[`of-${kind}`, kind, { kind }]],
        );
        for (const item of items) await outbox.dead(item, 'no');
        assert.deepEqual((await outbox.take(kind, 10, 60)).items, []);
        assert.equal(await outbox.retry(`of-${kind}`), true);
        const [again] = (await outbox.take(kind, 10, 60)).items;
        assert.ok(again !== undefined && (await outbox.done(again)));
      }
      assert.deepEqual(await outbox.counts(), { waiting: 0, failed: 0 });
    }),
    one('an item is due after its delay, and the result says when', async (outbox, advance) => {
      await outbox.put([sample('one')], 5 * second);
      const before = await outbox.take('enrolled', 10, 60);
      assert.deepEqual(before.items, []);
      assertWithin(before.nextInMs, 2 * second, 5 * second);
      await advance(5 * second);
      assert.equal((await takeOne(outbox)).id, 'one');
    }),
    one('the longest overdue come first, up to the limit', async (outbox, advance) => {
      for (const id of ['one', 'two', 'three']) {
        await outbox.put([sample(id)]);
        await advance(10);
      }
      const first = await outbox.take('enrolled', 2, 60);
      assert.deepEqual(idsOf(first.items), ['one', 'two']);
      assert.equal(first.nextInMs, 0);
      assert.deepEqual(idsOf((await outbox.take('enrolled', 2, 60)).items), ['three']);
    }),
    one('of concurrent workers, each item goes to exactly one', async (outbox) => {
      const ids = Array.from({ length: 100 }, (_, at) => `item-${at}`);
      await outbox.put(ids.map(sample));
      const taken = await Promise.all(Array.from({ length: 30 }, () => outbox.take('enrolled', 7, 60)));
      assert.deepEqual(taken.flatMap(({ items }) => idsOf(items)).sort(), ids.sort());
      assert.deepEqual((await outbox.take('enrolled', 100, 60)).items, []);
    }),
    one(
      'the lease of a dead worker lapses: another takes the item, and the first loses it',
      async (outbox, advance) => {
        await outbox.put([sample('one')]);
        const lost = await takeOne(outbox);
        const held = await outbox.take('enrolled', 10, 60);
        assert.deepEqual(held.items, []);
        assertWithin(held.nextInMs, 57 * second, 60 * second);
        await advance(60 * second);
        const again = await takeOne(outbox);
        assert.deepEqual([again.id, again.attempts], ['one', 2]);
        assert.notEqual(again.token, lost.token);
        assert.equal(await outbox.done(lost), false);
        assert.equal(await outbox.later(lost, 0), false);
        assert.deepEqual(await outbox.dead(lost, 'late'), { moved: false, dropped: 0 });
        assert.equal(await outbox.done(again), true);
        assert.equal(await outbox.done(again), false);
      },
    ),
    one('a worker whose lease lapsed unnoticed may still mark the item as done', async (outbox, advance) => {
      await outbox.put([sample('one')]);
      const held = await takeOne(outbox);
      await advance(61 * second);
      assert.equal(await outbox.done(held), true);
      assert.deepEqual((await outbox.take('enrolled', 10, 60)).items, []);
    }),
    one('a postponed item falls due later and counts its attempts', async (outbox, advance) => {
      await outbox.put([sample('one')]);
      assert.equal(await outbox.later(await takeOne(outbox), 20 * second), true);
      assert.deepEqual((await outbox.take('enrolled', 10, 60)).items, []);
      await advance(20 * second);
      assert.equal((await takeOne(outbox)).attempts, 2);
    }),
    one('a given-up item waits for an administrator, who can retry it from the start', async (outbox) => {
      await outbox.put([sample('one')]);
      assert.deepEqual(await outbox.dead(await takeOne(outbox), 'answered 500'), { moved: true, dropped: 0 });
      assert.deepEqual((await outbox.take('enrolled', 10, 60)).items, []);
      const [failed] = await outbox.failed(10);
      assert.deepEqual(
        { ...failed, failedAt: 0 },
        { ...sample('one'), attempts: 1, error: 'answered 500', failedAt: 0 },
      );
      assert.ok((failed?.failedAt ?? 0) > 0);
      assert.equal(await outbox.retry('other'), false);
      assert.equal(await outbox.retry('one'), true);
      assert.equal(await outbox.retry('one'), false);
      assert.deepEqual(await outbox.counts(), { waiting: 1, failed: 0 });
      assert.equal((await takeOne(outbox)).attempts, 1);
    }),
    one('of given-up items the oldest are dropped, and the latest are listed first', async (outbox, advance) => {
      const dropped: number[] = [];
      for (const id of ['one', 'two', 'three', 'four']) {
        await outbox.put([sample(id)]);
        dropped.push((await outbox.dead(await takeOne(outbox), id)).dropped);
        await advance(10);
      }
      assert.deepEqual(dropped, [0, 0, 0, 1]);
      assert.deepEqual(idsOf(await outbox.failed(10)), ['four', 'three', 'two']);
      assert.deepEqual(idsOf(await outbox.failed(1)), ['four']);
      assert.equal(await outbox.retry('one'), false);
    }),
    one('each kind has its own queue', async (outbox) => {
      await outbox.put([sample('one'), { ...sample('two'), kind: 'webhook' }]);
      assert.deepEqual(idsOf((await outbox.take('enrolled', 10, 60)).items), ['one']);
      const { items } = await outbox.take('webhook', 10, 60);
      assert.deepEqual(idsOf(items), ['two']);
      for (const item of items) await outbox.dead(item, 'no');
      await outbox.retry('two');
      assert.deepEqual(idsOf((await outbox.take('enrolled', 10, 60)).items), []);
      assert.deepEqual(idsOf((await outbox.take('webhook', 10, 60)).items), ['two']);
    }),
    one('a full outbox refuses new items of its kind, and keeps what it has', async (outbox) => {
      const few = (from: number, to: number): OutboxItem[] =>
        Array.from({ length: to - from }, (_, at) => ({ ...sample(`few-${from + at}`), kind: 'webhook' }));
      assert.deepEqual(await outbox.put(few(0, 22)), ['few-20', 'few-21']);
      assert.deepEqual(await outbox.put(few(0, 20)), []);
      assert.deepEqual(await outbox.put([sample('other')]), []);
      assert.equal((await outbox.counts()).waiting, 21);
    }),
  ];
}

/** An item without a delay is due when the store's time has advanced a little. */
function unhurried({ outbox, advance }: OutboxUnderTest): Outbox {
  const then = async <T>(answer: Promise<T>): Promise<T> => {
    const settled = await answer;
    await advance(leeway);
    return settled;
  };
  return {
    ...outbox,
    put: (items, delayMs) => then(outbox.put(items, delayMs)),
    retry: (id) => then(outbox.retry(id)),
  };
}

function sample(id: string): OutboxItem {
  return { id, kind: 'enrolled', payload: { user: id } };
}

async function takeOne(outbox: Outbox): Promise<TakenItem> {
  const { items } = await outbox.take('enrolled', 1, 60);
  const [item] = items;
  assert.ok(item, 'nothing is due');
  return item;
}

function idsOf(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id);
}

function assertWithin(value: number | null, least: number, most: number): void {
  assert.ok(
    value !== null && value >= least && value <= most + leeway,
    `${String(value)} is not within ${least} and ${most}`,
  );
}
