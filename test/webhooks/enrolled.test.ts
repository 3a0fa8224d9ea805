import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { waitUntil } from '../support/wait-until.js';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.js';
import { sampleEvents } from '../support/webhooks/sample-events.js';
import { scene } from '../support/webhooks/scene.js';

const account = (enrollment: string) => ({
  user: `user of ${enrollment}`,
  invitation: 'inv-1',
  flow: 'invite',
  enrollment,
});

describe('onEnrolled, by the outbox', () => {
  it('is called at once in this process, without waiting for a poll', async () => {
    const called: unknown[] = [];
    const at = scene({ pollMs: 3_600_000, onEnrolled: (one) => called.push(one) });
    at.deliveries.finished(account('one'));
    for (let turns = 0; turns < 20 && called.length === 0; turns += 1) await turn();
    assert.deepEqual(called, [account('one')]);
    await at.counts(0, 0);
    await at.deliveries.close();
  });

  it('is called once per account, however often and by any process it is announced', async () => {
    const called: string[] = [];
    const onEnrolled = ({ enrollment }: { readonly enrollment: string }) => called.push(enrollment);
    const at = scene({ onEnrolled });
    at.deliveries.finished(account('one'));
    at.deliveries.finished(account('one'));
    await at.counts(0, 0);
    at.deliveries.events({
      ...sampleEvents['invitation.redeemed'],
      id: 'inv-1',
      seat: '1',
      user: 'user of one',
      enrollment: 'one',
    });
    const other = scene({ outbox: at.outbox, onEnrolled });
    other.deliveries.finished(account('one'));
    other.deliveries.finished(account('two'));
    await other.counts(0, 0);
    assert.deepEqual(called, ['one', 'two']);
    assert.equal(at.emitted.filter(({ name }) => name === 'enrollment.finished').length, 1);
    await Promise.all([at.deliveries.close(), other.deliveries.close()]);
  });

  it('is called for an account whose process died before announcing it, once it is settled', async () => {
    const called: unknown[] = [];
    const at = scene({ onEnrolled: (one) => called.push(one) });
    at.deliveries.events({
      ...sampleEvents['invitation.redeemed'],
      id: 'inv-1',
      seat: '1',
      user: '7',
      enrollment: 'lost',
    });
    await at.counts(0, 0);
    assert.deepEqual(called, [{ user: '7', invitation: 'inv-1', flow: null, enrollment: 'lost' }]);
    assert.deepEqual(
      at.emitted.map(({ name }) => name),
      ['invitation.redeemed', 'enrollment.finished'],
    );
    await at.deliveries.close();
  });

  it('is called again after it threw, up to ten times; what it threw is only in the log', async () => {
    let calls = 0;
    const at = scene({
      onEnrolled: async () => {
        calls += 1;
        throw new TypeError('no mail to ann@example.com');
      },
    });
    at.deliveries.finished(account('one'));
    for (let attempts = 1; attempts < 10; attempts += 1) await at.pass(attempts);
    await at.counts(0, 1);
    assert.equal(calls, 10);
    const failed = await at.deliveries.manager.failed();
    assert.deepEqual(
      failed.map(({ id, payload, error }) => [id, payload, error]),
      [['enrolled:one', account('one'), 'onEnrolled threw TypeError; the log has more']],
    );
    assert.equal(at.log.filter(({ text }) => text === 'onEnrolled failed').length, 10);
    await at.deliveries.close();
  });

  it('that hangs counts as failed and does not block others', async () => {
    const called: string[] = [];
    const at = scene({
      timeoutSeconds: 0.1,
      atOnce: 1,
      onEnrolled: ({ enrollment }) => {
        called.push(enrollment);
        return enrollment === 'hangs' && called.length === 1 ? new Promise(() => undefined) : undefined;
      },
    });
    at.deliveries.finished(account('hangs'));
    at.deliveries.finished(account('goes'));
    await at.pass(1);
    await at.counts(0, 0);
    assert.deepEqual(called, ['hangs', 'goes', 'hangs']);
    assert.ok(at.log.some(({ fields }) => fields['error'] === 'did not end within 0.1 s'));
    await at.deliveries.close();
  });

  it('is not blocked by receivers that hang', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answer(() => undefined);
    let called = false;
    const at = scene({
      webhooks: [{ url: receiver.url, secret: webhookSecret }],
      onEnrolled: () => (called = true),
    });
    for (let many = 0; many < 20; many += 1) at.deliveries.events(sampleEvents['invitation.created']);
    await receiver.until(8);
    at.deliveries.finished(account('one'));
    await waitUntil(
      () => (called ? true : undefined),
      () => 'it was not called',
    );
    await at.deliveries.close();
    await receiver.close();
  });

  it('that is unreadable is given up at once', async () => {
    const at = scene({
      onEnrolled: () => assert.fail('called'),
      webhooks: [{ url: 'http://127.0.0.1:9/', secret: webhookSecret }],
    });
    await at.outbox.put([
      { id: 'one', kind: 'enrolled', payload: { user: 7 } },
      { id: 'two', kind: 'webhook', payload: {} },
    ]);
    at.deliveries.start();
    await at.counts(0, 2);
    assert.deepEqual(
      (await at.deliveries.manager.failed()).map(({ error }) => error),
      ['it cannot be read', 'it cannot be read'],
    );
    await at.deliveries.close();
  });

  it('that crashed processes is not called forever', async () => {
    let calls = 0;
    const at = scene({ onEnrolled: () => (calls += 1) });
    await at.outbox.put([{ id: 'enrolled:deadly', kind: 'enrolled', payload: account('deadly') }]);
    for (let died = 0; died < 10; died += 1) {
      assert.equal((await at.outbox.take('enrolled', 1, 75)).items.length, 1);
      at.clock.advance(75_000);
    }
    at.deliveries.start();
    await at.counts(0, 1);
    assert.equal(calls, 0);
    assert.equal((await at.deliveries.manager.failed())[0]?.error, 'processes died while they delivered it');
    await at.deliveries.close();
  });
});
