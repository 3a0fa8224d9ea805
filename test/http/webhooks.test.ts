import assert from 'node:assert/strict';
import express, { type RequestHandler } from 'express';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { memoryUsers } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';
import { startWebhookReceiver, webhookSecret, type WebhookReceiver } from '../support/webhook-receiver.js';
import { startOwnTime } from '../support/own-time.js';

for (const stores of ['memory', 'Redis']) {
  describe(`events of a signup, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let receiver: WebhookReceiver;
    let testApp: TestApp;
    before(async () => {
      redis = stores === 'Redis' ? await startRedis() : undefined;
    });
    beforeEach(async () => {
      receiver = await startWebhookReceiver();
    });
    afterEach(async () => {
      await testApp.close();
      await receiver.close();
      assert.deepEqual(receiver.forged, []);
      const said = JSON.stringify([testApp.log, testApp.events, receiver.received.map(({ body }) => body)]);
      for (const canary of [webhookSecret, 'canary', ...testApp.canaries]) assert.ok(!said.includes(canary), canary);
    });
    after(() => redis?.stop());

    async function open(options: TestAppOptions = {}): Promise<void> {
      testApp = await openTestApp({
        ...(redis === undefined ? {} : { redis: redis.url }),
        webhooks: [{ url: receiver.url, secret: webhookSecret }],
        ...options,
      });
      await testApp.enrollment.ready();
    }
    const delivered = (): Promise<unknown> =>
      waitUntil(
        async () => ((await testApp.enrollment.deliveries.counts()).waiting === 0 ? true : undefined),
        () => `it is not delivered: ${JSON.stringify(testApp.log)}`,
      );

    it('one enrollment.finished, with ids and nothing else', async () => {
      await open();
      const { code, id } = await testApp.enrollment.invitations.create();
      await new Visitor(testApp).signUp(code, 'told');
      const [got, ...more] = await receiver.until(1, 'enrollment.finished');
      await receiver.until(1, 'invitation.redeemed');
      await delivered();
      assert.deepEqual(more, []);
      const { enrollment, ...rest } = got!.data;
      assert.match(String(enrollment), /^[\w-]{22}$/);
      assert.deepEqual(rest, { user: testApp.members[0]?.id, invitation: id, flow: 'invite' });
      assert.deepEqual(receiver.received.map(({ type }) => type).sort(), [
        'enrollment.finished',
        'invitation.claimed',
        'invitation.created',
        'invitation.redeemed',
      ]);
      assert.deepEqual(
        testApp.events.filter(({ name }) => name.endsWith('.finished')).map(({ name }) => name),
        ['enrollment.finished', 'plan.finished'],
      );
      assert.deepEqual(await testApp.enrollment.deliveries.counts(), { waiting: 0, failed: 0 });
    });

    it('one event and one call of onEnrolled, even if the last form is sent several times', async () => {
      let calls = 0;
      await open({ onEnrolled: () => (calls += 1) });
      const visitor = new Visitor(testApp);
      await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
      const answers = await Promise.all([1, 2, 3].map(() => visitor.submit(accountOf('thrice'))));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [303, 303, 303],
      );
      await receiver.until(1, 'enrollment.finished');
      await receiver.until(1, 'invitation.redeemed');
      await delivered();
      assert.equal(receiver.received.filter(({ type }) => type === 'enrollment.finished').length, 1);
      assert.equal(calls, 1);
    });

    it('one for an account made behind a guard', async () => {
      let guarded: RequestHandler = (_req, _res, next) => next();
      const emitted: unknown[] = [];
      const { users, redemptions } = memoryUsers();
      await open({
        users,
        redemptions,
        before: (app) => app.post('/own', express.urlencoded({ extended: false }), (...args) => guarded(...args)),
        onEnrolled: ({ user, invitation, flow }) => emitted.push([user.username, invitation, flow]),
      });
      const account = { username: 'guarded', email: null, name: null, passwordHash: null, data: {} };
      guarded = testApp.enrollment.requireInvite({ field: 'invite_code' }, async (_req, res, invite) => {
        const user = await invite.redeem((redemption) => users.create(account, redemption));
        res.json(user.id);
      });
      const { code, id } = await testApp.enrollment.invitations.create();
      const answer = await new Visitor(testApp).client.post('/own', { invite_code: code });
      assert.equal(answer.status, 200, answer.text);
      const [got] = await receiver.until(1, 'enrollment.finished');
      await delivered();
      assert.deepEqual(
        [got!.data['user'], got!.data['invitation'], got!.data['flow']],
        [JSON.parse(answer.text), id, null],
      );
      assert.deepEqual(emitted, [['guarded', { id }, null]]);
    });

    it('a receiver that does not respond delays no one, and its failure undoes nothing', async () => {
      receiver.answer(() => undefined);
      await open({ webhooks: [{ url: receiver.url, secret: webhookSecret, timeoutMs: 30_000 }] });
      const visitor = new Visitor(testApp);
      const time = startOwnTime();
      await visitor.signUp((await testApp.enrollment.invitations.create()).code, 'unhurried');
      assert.equal(await visitor.me(), 'unhurried');
      assert.ok(time() < 5000);
      await receiver.until(1, 'enrollment.finished');
    });

    it('deliveries that failed for good are listed, and retried on demand', async () => {
      receiver.answer(410);
      await open({ webhooks: [{ url: receiver.url, secret: webhookSecret, events: ['invitation.created'] }] });
      await testApp.enrollment.invitations.create();
      const [failed] = await waitUntil(
        async () => {
          const list = await testApp.enrollment.deliveries.failed();
          return list.length > 0 ? list : undefined;
        },
        () => 'nothing failed',
      );
      assert.equal(failed?.error, 'answered 410');
      assert.ok(testApp.log.some(({ fields }) => fields['code'] === 'WARN_WEBHOOK_GONE'));
      assert.equal(await testApp.enrollment.deliveries.retry(failed.id), true);
      assert.equal(await testApp.enrollment.deliveries.retry('evt_unknown@x'), false);
    });
  });
}

describe('what events cost a signup', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  async function putsOf(options: TestAppOptions): Promise<{ puts: number; inOrder: readonly string[] }> {
    const testApp = await openTestApp({
      redis: redis.url,
      keyPrefix: `p${Math.random().toString(36).slice(2)}:`,
      ...options,
    });
    await testApp.enrollment.ready();
    // From here on Redis knows every script.
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    await new Visitor(testApp).signUp(code, 'first');
    const settled = async (): Promise<unknown> =>
      waitUntil(
        async () => {
          const { waiting } = await testApp.enrollment.deliveries.counts();
          const emitted = testApp.events.filter(({ name }) => name === 'invitation.redeemed');
          return waiting === 0 && emitted.length === testApp.members.length ? true : undefined;
        },
        () => 'it does not end',
      );
    await settled();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const seen = await redis.monitor();
    assert.equal((await visitor.submit(accountOf('second'))).status, 303);
    await settled();
    const commands = await seen.commands();
    await testApp.close();
    const asked = commands.filter(({ source }) => source !== 'lua');
    const inOrder = asked.flatMap(({ args }) => args.filter((arg) => /:\{outbox\}:done$|\}:seats$/.test(arg)));
    const puts = asked.filter(
      ({ name, args }) => name === 'evalsha' && args[1] === '6' && args[3]?.endsWith('{outbox}:done'),
    );
    return { puts: puts.length, inOrder: inOrder.map((key) => (key.endsWith(':done') ? 'outbox' : 'places')) };
  }

  it('nothing without a recipient', async () => {
    assert.equal((await putsOf({})).puts, 0);
  });

  it('one command for onEnrolled, before the seat is committed, so that a crash loses nothing', async () => {
    const { puts, inOrder } = await putsOf({ onEnrolled: () => undefined });
    assert.equal(puts, 1);
    // Claimed, stored in the outbox, marked and, some time later, done.
    assert.deepEqual(inOrder.slice(0, 3), ['places', 'outbox', 'places']);
  });

  it('one command for onEnrolled and a webhook together', async () => {
    const receiver = await startWebhookReceiver();
    const webhooks = [{ url: receiver.url, secret: webhookSecret, events: ['enrollment.finished' as const] }];
    assert.equal((await putsOf({ webhooks, onEnrolled: () => undefined })).puts, 1);
    await receiver.close();
  });
});
