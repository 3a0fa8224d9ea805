import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { randomId } from '../../lib/base/ids.js';
import { createConnection } from '../../lib/stores/redis/connection.js';
import { createKeys } from '../../lib/stores/redis/keys.js';
import { createRedisOutbox } from '../../lib/stores/redis/outbox.js';
import { startServer } from '../support/child-server.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';
import { startWebhookReceiver, webhookSecret, type WebhookReceiver } from '../support/webhook-receiver.js';
import { sampleEvents } from '../support/webhooks/sample-events.js';
import { scene, type Scene } from '../support/webhooks/scene.js';

describe('deliveries over Redis', () => {
  let redis: TestRedis;
  let receiver: WebhookReceiver;
  let prefix: string;
  before(async () => {
    redis = await startRedis({ persistence: true });
  });
  beforeEach(async () => {
    prefix = `test-${randomId().slice(0, 8)}:`;
    receiver = await startWebhookReceiver();
  });
  afterEach(async () => {
    for (const { deliveries } of opened.splice(0)) await deliveries.close();
    await receiver.close();
  });
  after(() => redis.stop());

  const opened: Scene[] = [];
  const open = (more: { readonly skewMs?: number; readonly onEnrolled?: (account: unknown) => unknown } = {}) => {
    const made = scene({
      outbox: createRedisOutbox({
        redis: createConnection(redis.client()),
        keys: createKeys(prefix),
        skewMs: () => more.skewMs ?? 0,
      }),
      webhooks: [{ url: receiver.url, secret: webhookSecret }],
      onEnrolled: more.onEnrolled ?? (() => undefined),
    });
    opened.push(made);
    return made;
  };

  it('of a process killed in the middle are made by another once the lease has expired', async () => {
    receiver.answer(() => undefined);
    const dying = await startServer(
      fileURLToPath(new URL('../support/webhooks/killed-deliverer.js', import.meta.url)),
      {
        env: { REDIS_URL: redis.url, PREFIX: prefix, RECEIVER: receiver.url },
      },
    );
    const [first] = await receiver.until(1);
    await dying.kill();
    receiver.answer(204);

    const called: unknown[] = [];
    const early = open({ onEnrolled: (account) => called.push(account) });
    early.deliveries.start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual([called, receiver.received.length], [[], 1]);
    await early.deliveries.close();

    const later = open({ skewMs: 76_000, onEnrolled: (account) => called.push(account) });
    later.deliveries.start();
    await later.counts(0, 0);
    const [, second] = await receiver.until(2);
    assert.deepEqual([second!.id, second!.body], [first!.id, first!.body]);
    assert.deepEqual(called, [{ user: '7', invitation: 'inv-1', flow: 'invite', enrollment: 'killed' }]);
    await later.deliveries.close();
  });

  it('by several processes at once are made once each', async () => {
    const called: string[] = [];
    const workers = Array.from({ length: 4 }, () =>
      open({ onEnrolled: (account) => called.push((account as { enrollment: string }).enrollment) }),
    );
    const ids = Array.from({ length: 60 }, (_, at) => `enrollment-${at}`);
    for (const [at, enrollment] of ids.entries())
      for (const worker of [workers[at % 4]!, workers[(at + 1) % 4]!])
        worker.deliveries.finished({ user: enrollment, invitation: null, flow: null, enrollment });
    await receiver.until(60);
    await workers[0]!.counts(0, 0);
    assert.deepEqual(called.sort(), ids.sort());
    assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 60);
    assert.equal(receiver.received.length, 60);
    for (const worker of workers) await worker.deliveries.close();
  });

  it('wait during a Redis outage, in Redis and in the process, and are then all made', async () => {
    const at = open();
    receiver.answer(500);
    at.deliveries.events({ ...sampleEvents['invitation.created'], id: 'stored before' });
    await waitUntil(
      () => (at.log.some(({ text }) => text === 'a delivery failed for now') ? true : undefined),
      () => JSON.stringify(at.log),
    );
    await redis.kill();
    receiver.answer(204);
    for (const id of ['told while it was away', 'another'])
      at.deliveries.events({ ...sampleEvents['invitation.created'], id });
    at.deliveries.finished({ user: '1', invitation: null, flow: null, enrollment: 'meanwhile' });
    await waitUntil(
      () => (at.log.some(({ text }) => text.includes('new deliveries wait in this process')) ? true : undefined),
      () => JSON.stringify(at.log),
    );
    await redis.start();
    await waitUntil(
      () => (receiver.received.length >= 4 ? true : undefined),
      () => JSON.stringify([receiver.received, at.log]),
      20_000,
    );
    await at.deliveries.close();
    // Deliveries that failed before Redis went away are due some seconds later, or when their lease has expired.
    const later = open({ skewMs: 100_000 });
    later.deliveries.start();
    await later.counts(0, 0);
    const emitted = receiver.received.map(({ data, type }) => data['id'] ?? type);
    assert.deepEqual([...new Set(emitted)].sort(), [
      'another',
      'enrollment.finished',
      'stored before',
      'told while it was away',
    ]);
    await later.deliveries.close();
    assert.deepEqual(receiver.forged, []);
  });

  it('are not polled repeatedly by an idle process', async () => {
    const at = open();
    at.deliveries.events({ ...sampleEvents['invitation.created'], id: 'x' });
    await receiver.until(1);
    await at.counts(0, 0);
    await at.deliveries.close();
    const quiet = scene({
      outbox: at.outbox,
      pollMs: 5000,
      webhooks: [{ url: receiver.url, secret: webhookSecret }],
    });
    const seen = await redis.monitor();
    quiet.deliveries.start();
    await new Promise((resolve) => setTimeout(resolve, 600));
    // INFO is ioredis' own check of a connection that it has just made again.
    const own = (await seen.commands()).filter(({ source, name }) => source !== 'lua' && name !== 'info');
    const sent = own.map(({ name }) => name);
    assert.deepEqual(sent, ['evalsha']);
    await quiet.deliveries.close();
  });
});
