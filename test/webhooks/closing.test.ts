import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Outbox } from '../../lib/ports/outbox.js';
import { createMemoryOutbox } from '../../lib/stores/memory/outbox.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { createSender } from '../../lib/webhooks/sender.js';
import { waitUntil } from '../support/wait-until.js';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.js';
import { sampleEvents } from '../support/webhooks/sample-events.js';
import { scene } from '../support/webhooks/scene.js';
import { startOwnTime } from '../support/own-time.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const item = (id: string) => ({ id, kind: 'webhook' as const, payload: {} });

describe('closing deliveries', () => {
  it('finishes active deliveries', async () => {
    let ended = false;
    const at = scene({
      onEnrolled: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        ended = true;
      },
    });
    at.deliveries.finished({ user: '1', invitation: null, flow: null, enrollment: 'one' });
    await waitUntil(
      async () => ((await at.outbox.counts()).waiting === 1 ? true : undefined),
      () => 'it was not stored',
    );
    await at.deliveries.close();
    assert.equal(ended, true);
    assert.deepEqual(await at.outbox.counts(), { waiting: 0, failed: 0 });
  });

  it('interrupts pending requests, which become due at once, and accepts nothing new', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answer((_res, req) => void req.socket.on('error', () => undefined));
    const at = scene({ webhooks: [{ url: receiver.url, secret: webhookSecret }] });
    at.deliveries.events({ ...sampleEvents['invitation.created'], id: 'x' });
    await receiver.until(1);
    const time = startOwnTime();
    await at.deliveries.close();
    assert.ok(time() < 4000);
    at.deliveries.events({ ...sampleEvents['invitation.created'], id: 'y' });
    assert.deepEqual(at.emitted.at(-1)?.facts, { howMany: 1, why: 'the process ends' });
    const { items } = await at.outbox.take('webhook', 10, 60);
    assert.deepEqual(
      items.map(({ attempts }) => attempts),
      [2],
    );
    await receiver.close();
  });

  it('stores what was not stored yet', async () => {
    const at = scene({ webhooks: [{ url: 'http://127.0.0.1:9/', secret: webhookSecret }] });
    at.deliveries.events({ ...sampleEvents['invitation.created'], id: 'x' });
    assert.equal((await at.outbox.counts()).waiting, 0);
    await at.deliveries.close();
    assert.equal((await at.outbox.counts()).waiting, 1);
  });

  it('reports what is lost when the outbox does not respond until the end', async () => {
    const away: Outbox = {
      ...createMemoryOutbox({ clock: fakeClock() }),
      put: () => Promise.reject(new Error('away')),
    };
    const lost: unknown[] = [];
    const sender = createSender({
      outbox: away,
      events: ({ type: name, ...facts }) => void lost.push(name, facts),
      log: silent,
      stored: () => undefined,
    });
    sender.add([item('one'), item('two')]);
    await sender.close(50);
    assert.deepEqual(lost, ['delivery.dropped', { howMany: 2, why: 'the process ended before the outbox answered' }]);
  });
});

describe('putting deliveries into the outbox', () => {
  it('batches several in one command, and an urgent one takes pending ones along', async () => {
    const puts: string[][] = [];
    const outbox: Outbox = {
      ...createMemoryOutbox({ clock: fakeClock() }),
      put: async (items) => {
        puts.push(items.map(({ id }) => id));
        return [];
      },
    };
    const sender = createSender({
      outbox,
      events: () => undefined,
      log: silent,
      stored: () => undefined,
      gatherMs: 20,
    });
    sender.add([item('one')]);
    sender.add([item('two')]);
    assert.deepEqual(puts, []);
    await waitUntil(
      () => (puts.length > 0 ? true : undefined),
      () => 'nothing was put',
    );
    sender.add([item('three')]);
    sender.add([item('four')]);
    sender.flush();
    assert.deepEqual(puts, [
      ['one', 'two'],
      ['three', 'four'],
    ]);
    await sender.close(0);
  });

  it('retries an outbox that is down, once per item, and limits what is kept in memory', async () => {
    const inner = createMemoryOutbox({ clock: fakeClock() });
    let away = true;
    const outbox: Outbox = {
      ...inner,
      put: async (items) => {
        const answer = await inner.put(items);
        // Stored, but the answer is lost.
        if (away) throw new Error('away');
        return answer;
      },
    };
    const lost: unknown[] = [];
    let stored = 0;
    const sender = createSender({
      outbox,
      events: (event) => {
        if (event.type === 'delivery.dropped') lost.push(event.howMany);
      },
      log: silent,
      stored: () => (stored += 1),
      gatherMs: 1,
      most: 5,
    });
    sender.add([item('a'), item('b'), item('c')]);
    sender.flush();
    await waitUntil(
      async () => ((await inner.counts()).waiting === 3 ? true : undefined),
      () => 'nothing was put',
    );
    sender.add(['d', 'e', 'f', 'g'].map(item));
    sender.flush();
    assert.deepEqual(lost, [2]);
    away = false;
    await waitUntil(
      () => (stored > 0 ? true : undefined),
      () => 'it was not tried again',
    );
    assert.equal((await inner.counts()).waiting, 5);
    await sender.close(0);
  });

  it('reports a full outbox', async () => {
    const outbox = createMemoryOutbox({
      clock: fakeClock(),
      most: { enrolled: 1, accepted: 1, webhook: 1, mail: 1000 },
    });
    const lost: unknown[] = [];
    const sender = createSender({
      outbox,
      events: ({ type: name, ...facts }) => void lost.push(name, facts),
      log: silent,
      stored: () => undefined,
    });
    sender.add([item('one'), item('two'), item('three')]);
    await sender.close(1000);
    assert.deepEqual(lost, ['delivery.dropped', { howMany: 2, why: 'the outbox is full' }]);
  });
});
