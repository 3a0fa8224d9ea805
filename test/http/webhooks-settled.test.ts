import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { memoryUsers } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.js';

describe('an account whose process ended between writing and announcing it', () => {
  it('is announced by another process once its seat is settled, even without the visitor', async () => {
    const redis = await startRedis();
    const receiver = await startWebhookReceiver();
    const { users, redemptions } = memoryUsers();
    const emitted: unknown[] = [];
    const written: string[] = [];
    const shared = {
      redis: redis.url,
      redemptions,
      onEnrolled: ({
        user,
        invitation,
        flow,
      }: {
        user: { username: string | null };
        invitation: unknown;
        flow: unknown;
      }) => emitted.push([user.username, invitation, flow]),
      webhooks: [{ url: receiver.url, secret: webhookSecret, events: ['enrollment.finished' as const] }],
    };
    // It writes and then stops responding, like a dead process.
    const dead = await openTestApp({
      ...shared,
      users: {
        ...users,
        async create(account, redemption) {
          written.push((await users.create(account, redemption)).id);
          return new Promise<never>(() => undefined);
        },
      },
    });
    const other = await openTestApp({ ...shared, users });
    await Promise.all([dead.enrollment.ready(), other.enrollment.ready()]);
    const { code, id } = await dead.enrollment.invitations.create();
    const visitor = new Visitor(dead);
    await visitor.enterCode(code);
    const unanswered = visitor.submit(accountOf('unheard')).catch(() => undefined);
    await waitUntil(
      () => (written.length > 0 ? true : undefined),
      () => 'nothing was written',
    );
    assert.deepEqual([emitted, receiver.received], [[], []]);

    // As if a minute had passed.
    const store = redis.client();
    const [open = ''] = await store.keys(`*${id}*:open`);
    assert.equal(await store.zadd(open, 'XX', 'CH', 1, '1'), 1);
    await other.enrollment.invitations.reconcile(id);
    const [got] = await receiver.until(1);
    assert.deepEqual([got!.data['user'], got!.data['invitation'], got!.data['flow']], [written[0], id, null]);
    await waitUntil(
      () => (emitted.length > 0 ? true : undefined),
      () => 'onEnrolled was not called',
    );
    assert.deepEqual(emitted, [['unheard', { id }, null]]);

    await Promise.all([dead.close(), other.close(), unanswered]);
    await receiver.close();
    await redis.stop();
  });
});
