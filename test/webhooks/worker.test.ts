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
});
