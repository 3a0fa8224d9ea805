import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { EventName } from '../../lib/ports/events.js';
import { freePort } from '../support/free-port.js';
import { waitUntil } from '../support/wait-until.js';
import {
  otherWebhookSecret,
  startWebhookReceiver,
  webhookSecret,
  type Answer,
  type WebhookReceiver,
} from '../support/webhook-receiver.js';
import { sampleEvents } from '../support/webhooks/sample-events.js';
import { scene, type Scene } from '../support/webhooks/scene.js';

const { type: created, ...facts } = sampleEvents['invitation.created'];

describe('webhooks', () => {
  let receiver: WebhookReceiver;
  let at: Scene;
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
  });
  afterEach(async () => {
    await at.deliveries.close();
    await receiver.close();
    assert.deepEqual(receiver.forged, []);
    assert.ok(!/canary|whsec|thirty-two/.test(JSON.stringify([at.log, at.emitted])));
  });
  const open = (more: Partial<Parameters<typeof scene>[0]> = {}, settings: object = {}): Scene =>
    (at = scene({ webhooks: [{ url: receiver.url, secret: webhookSecret, ...settings }], ...more }));

  it('F34: deliver a signed event with its type, time and facts as data', async () => {
    open().deliveries.events(sampleEvents['invitation.created']);
    const [got] = await receiver.until(1);
    assert.deepEqual([got?.type, got?.data, got?.path], [created, facts, '/hook?token=canary-of-the-address']);
    assert.ok(Math.abs(Date.parse(got!.timestamp) - Date.now()) < 60_000);
    assert.match(got!.id, /^evt_[\w-]{22}$/);
    assert.match(got!.headers['content-type']!, /^application\/json/);
    assert.deepEqual(Object.keys(JSON.parse(got!.body) as object), ['type', 'timestamp', 'data']);
    await at.counts(0, 0);
    assert.deepEqual(at.emitted, [{ name: created, facts }]);
  });

  it('are signed with every secret of a list, so that both the old and the new one verify', async () => {
    const changed = await startWebhookReceiver({ secret: otherWebhookSecret });
    const secret = [otherWebhookSecret, webhookSecret];
    open({ webhooks: [receiver.url, changed.url].map((url) => ({ url, secret })) });
    at.deliveries.events(sampleEvents['invitation.created']);
    const [[one], [other]] = await Promise.all([receiver.until(1), changed.until(1)]);
    assert.equal(one!.headers['webhook-signature']!.split(' ').length, 2);
    assert.equal(one!.id, other!.id);
    await at.counts(0, 0);
    await changed.close();
    assert.deepEqual(changed.forged, []);
  });

  it('leave out frequent events and ones not about invitations and accounts, unless named', async () => {
    open();
    for (const name of [
      'invitation.refused',
      'invitation.throttled',
      'store.away',
      'policy.failed',
      'plan.finished',
    ] as const)
      at.deliveries.events(sampleEvents[name]);
    at.deliveries.events({ ...sampleEvents['invitation.revoked'], id: 'last' });
    await receiver.until(1);
    await at.deliveries.close();
    assert.deepEqual(
      receiver.received.map(({ type }) => type),
      ['invitation.revoked'],
    );
    assert.equal(at.emitted.length, 6);

    open({}, { events: ['invitation.refused'] });
    at.deliveries.events({ ...sampleEvents['invitation.revoked'], id: 'x' });
    at.deliveries.events({ ...sampleEvents['invitation.refused'], id: 'x' });
    assert.equal((await receiver.until(2))[1]?.type, 'invitation.refused');
  });

  it('of one occurrence have one id, even if another process sends it again', async () => {
    const events: readonly EventName[] = ['invitation.redeemed', 'invitation.created'];
    const first = open({}, { events });
    const redeemed = sampleEvents['invitation.redeemed'];
    first.deliveries.events(redeemed);
    await receiver.until(1);
    await first.counts(0, 0);
    const other = scene({ outbox: first.outbox, webhooks: [{ url: receiver.url, secret: webhookSecret, events }] });
    other.deliveries.events(redeemed);
    other.deliveries.events({ ...redeemed, seat: '2' });
    other.deliveries.events(sampleEvents['invitation.created']);
    other.deliveries.events(sampleEvents['invitation.created']);
    await receiver.until(4);
    await other.counts(0, 0);
    await other.deliveries.close();
    assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 4);
    assert.equal(receiver.received.length, 4);
  });

  const troubles: Readonly<Record<string, Answer>> = {
    'answered 500': 500,
    'answered 404': 404,
    'answered 302: redirects are not followed': (res) =>
      void res.writeHead(302, { location: receiver.url.replace('/hook', '/elsewhere') }).end(),
    'no connection: UND_ERR_SOCKET': (_res, req) => void req.socket.destroy(),
    'no answer within 150 ms': () => undefined,
  };
  for (const [error, trouble] of Object.entries(troubles)) {
    it(`are retried, identical except for the time, after: ${error}`, async () => {
      receiver.answer(trouble, 204);
      open({}, { timeoutMs: 150 }).deliveries.events(sampleEvents['invitation.created']);
      assert.equal(await at.pass(1), 5);
      const [first, second] = await receiver.until(2);
      await at.counts(0, 0);
      assert.equal(at.log.find(({ text }) => text === 'a delivery failed for now')?.fields['error'], error);
      assert.deepEqual([first!.id, first!.body, second!.path], [second!.id, second!.body, first!.path]);
      assert.equal(receiver.received.length, 2);
    });
  }

  it('time out for a receiver that accepts and stays silent, eight at a time', async () => {
    receiver.answer(...Array.from({ length: 8 }, () => () => undefined), 204);
    open({}, { timeoutMs: 1000 });
    for (let many = 0; many < 20; many += 1) at.deliveries.events(sampleEvents['invitation.created']);
    await receiver.until(8);
    assert.equal(receiver.received.length, 8);
    await receiver.until(20);
    const { waiting, failed } = await at.outbox.counts();
    assert.ok(waiting >= 8 && failed === 0, `${waiting} ${failed}`);
  });

  it('are retried while the address refuses connections, and arrive once it accepts them', async () => {
    const port = await freePort();
    at = scene({ webhooks: [{ url: `http://127.0.0.1:${port}/late`, secret: webhookSecret }] });
    at.deliveries.events(sampleEvents['invitation.created']);
    await at.pass(1);
    await waitUntil(
      () => (at.log.some(({ fields }) => fields['attempts'] === 2) ? true : undefined),
      () => 'it was not tried again',
    );
    assert.ok(at.log.every(({ fields }) => fields['error'] === 'no connection: ECONNREFUSED'));
    const late = await startWebhookReceiver({ port });
    await at.pass(2);
    await late.until(1);
    await at.counts(0, 0);
    await late.close();
  });

  it('use only the status of a response, at any length, and do not read it', async () => {
    let sent = 0;
    let closed = false;
    const mountain = createServer((req, res) => {
      req.resume();
      res.writeHead(200);
      const more = (): void => {
        while (!closed && res.write(Buffer.alloc(64_000))) sent += 64_000;
      };
      res.on('drain', more).on('close', () => (closed = true));
      more();
    }).listen(0, '127.0.0.1');
    await waitUntil(
      () => (mountain.listening ? true : undefined),
      () => 'it does not listen',
    );
    const { port } = mountain.address() as { port: number };
    at = scene({ webhooks: [{ url: `http://127.0.0.1:${port}/`, secret: webhookSecret }] });
    at.deliveries.events(sampleEvents['invitation.created']);
    await at.counts(0, 0);
    await waitUntil(
      () => (closed ? true : undefined),
      () => 'the connection was left open',
    );
    assert.ok(sent < 20e6, `${sent} bytes were sent`);
    mountain.close();
  });

  it('end for a receiver that responds 410, with a warning, and continue for others', async () => {
    const other = await startWebhookReceiver();
    open({ webhooks: [receiver.url, other.url].map((url) => ({ url, secret: webhookSecret })) });
    receiver.answer(410);
    at.deliveries.events(sampleEvents['invitation.created']);
    await at.counts(0, 1);
    at.deliveries.events({ ...sampleEvents['invitation.revoked'], id: 'inv-1' });
    await other.until(2);
    await at.counts(0, 1);
    assert.equal(receiver.received.length, 1);
    const warnings = at.log.filter(({ fields }) => fields['code'] === 'WARN_WEBHOOK_GONE');
    assert.deepEqual(
      warnings.map(({ fields }) => fields['endpoint']),
      [new URL(receiver.url).origin],
    );
    assert.equal((await at.deliveries.manager.failed())[0]?.error, 'answered 410');
    await other.close();
  });

  it('are given up after ten attempts, which is reported, and can be retried', async () => {
    receiver.answer(503);
    open().deliveries.events(sampleEvents['invitation.created']);
    for (let attempts = 1; attempts < 10; attempts += 1) await at.pass(attempts);
    await at.counts(0, 1);
    assert.equal(receiver.received.length, 10);
    const [failed] = await at.deliveries.manager.failed();
    assert.deepEqual([failed?.attempts, failed?.error, failed?.kind], [10, 'answered 503', 'webhook']);
    assert.deepEqual(
      at.emitted.slice(1).map(({ name, facts: { id, attempts } }) => [name, id, attempts]),
      [['delivery.failed', failed?.id, 10]],
    );
    receiver.answer(200);
    assert.equal(await at.deliveries.manager.retry(failed!.id), true);
    await receiver.until(11);
    await at.counts(0, 0);
    assert.equal(await at.deliveries.manager.retry(failed!.id), false);
  });

  it('without a receiver in this process are postponed for a process that has it', async () => {
    const before = open();
    receiver.answer(500);
    before.deliveries.events(sampleEvents['invitation.created']);
    await before.pass(1);
    await before.deliveries.close();
    const other = scene({ outbox: before.outbox, webhooks: [{ url: `${receiver.url}&other`, secret: webhookSecret }] });
    other.deliveries.start();
    await waitUntil(
      () =>
        other.log.some(({ fields }) => fields['error'] === 'this process has no such endpoint') ? true : undefined,
      () => JSON.stringify(other.log),
    );
    await other.deliveries.close();
    assert.equal((await before.outbox.counts()).waiting, 1);
  });
});
