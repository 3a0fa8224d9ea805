import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMemoryOutbox } from '../../lib/stores/memory/outbox.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { createWorker } from '../../lib/webhooks/worker.js';
import { waitUntil } from '../support/wait-until.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('a worker of deliveries', () => {
  it('that was woken while it had no free slot delivers as soon as one is free', async () => {
    const outbox = createMemoryOutbox({ clock: fakeClock() });
    const begun: string[] = [];
    let finishFirst: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (finishFirst = resolve));
    const worker = createWorker({
      outbox,
      kind: 'webhook',
      async handler({ id }) {
        begun.push(id);
        if (id === 'one') await first;
        return { type: 'done' };
      },
      events: () => undefined,
      log: silent,
      atOnce: 1,
      // The test is over before anything is polled.
      pollMs: 3_600_000,
    });
    const begins = (id: string): Promise<true> =>
      waitUntil(
        () => begun.includes(id) || undefined,
        () => `'${id}' was not delivered`,
      );
    await outbox.put([{ id: 'one', kind: 'webhook', payload: {} }]);
    worker.wake();
    await begins('one');
    await outbox.put([{ id: 'two', kind: 'webhook', payload: {} }]);
    worker.wake();
    finishFirst();
    await begins('two');
    await worker.stop(1000);
    assert.deepEqual(begun, ['one', 'two']);
    assert.deepEqual(await outbox.counts(), { waiting: 0, failed: 0 });
  });

  for (const how of ['stop', 'drain'] as const)
    it(`${how}: what is being taken is delivered before it resolves`, async () => {
      const outbox = createMemoryOutbox({ clock: fakeClock() });
      const done: string[] = [];
      const worker = createWorker({
        // As slow as a network.
        outbox: { ...outbox, take: (...args) => new Promise((go) => setTimeout(() => go(outbox.take(...args)), 5)) },
        kind: 'mail',
        async handler({ id }) {
          done.push(id);
          return { type: 'done' };
        },
        events: () => undefined,
        log: silent,
        atOnce: 1,
        pollMs: 3_600_000,
      });
      await outbox.put(['one', 'two', 'three'].map((id) => ({ id, kind: 'mail', payload: {} })));
      worker.wake();
      await worker[how](1000);
      assert.deepEqual(done, how === 'stop' ? ['one'] : ['one', 'two', 'three']);
      await worker.stop(1000);
    });

  it('that stopped before the outbox assigned items gives them back at once', async () => {
    const kept = createMemoryOutbox({ clock: fakeClock() });
    let assign: () => void = () => undefined;
    const assigned = new Promise<void>((resolve) => (assign = resolve));
    const begun: string[] = [];
    const worker = createWorker({
      outbox: {
        ...kept,
        async take(...given) {
          const taken = await kept.take(...given);
          await assigned;
          return taken;
        },
      },
      kind: 'mail',
      async handler({ id }) {
        begun.push(id);
        return { type: 'done' };
      },
      events: () => undefined,
      log: silent,
      pollMs: 3_600_000,
    });
    await kept.put([{ id: 'one', kind: 'mail', payload: {} }]);
    worker.wake();
    await worker.stop(10);
    assign();
    const items = await waitUntil(
      async () => {
        const taken = await kept.take('mail', 5, 60);
        return taken.items.length > 0 ? taken.items : undefined;
      },
      () => 'another process would wait for the end of a lease',
    );
    assert.deepEqual([items.map(({ id }) => id), begun], [['one'], []]);
  });
});
