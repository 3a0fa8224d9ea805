import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import type { SeenCommands } from '../support/redis-monitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitUntil } from '../support/wait-until.js';

describe('an administrator whose replies are lost', () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let testApp: TestApp;
  let seen: SeenCommands;
  before(async () => {
    redis = await startRedis();
    proxy = await tcpProxy(redis.port);
    testApp = await openTestApp({ redis: proxy.url, clock: { now: () => Date.now() } });
    await testApp.enrollment.ready();
    // From here on Redis knows every script.
    const { invitations, waitlist } = testApp.enrollment;
    const { id } = await invitations.create();
    await invitations.edit(id, { label: 'first' });
    await waitlist.ask({ email: 'first@example.com' });
    await waitlist.refuse({ emails: ['first@example.com'] });
    await waitlist.remove('first@example.com');
    seen = await redis.monitor();
  });
  after(async () => {
    await testApp.close();
    await proxy.close();
    await redis.stop();
  });

  /** Redis executes the write, its reply never arrives, and ioredis sends it again. */
  async function losingTheReply<T>(write: () => Promise<T>, script: string): Promise<T> {
    await seen.clear();
    // Long enough to cut the connection meanwhile, short enough for the reads before the write.
    proxy.delay(400);
    const written = write();
    written.catch(() => undefined);
    await waitUntil(
      async () =>
        (await seen.commands()).some(({ source, name }) => source === 'lua' && name === script) ? true : undefined,
      () => 'the write does not reach Redis',
    );
    proxy.delay(0);
    proxy.cut();
    return written;
  }
  const records = async (): Promise<number> => (await redis.client().keys('*:record')).length;

  it('F17: create makes one record', async () => {
    const before = await records();
    const { id } = await losingTheReply(() => testApp.enrollment.invitations.create({ label: 'one' }), 'hset');
    assert.equal(await records(), before + 1);
    assert.equal((await testApp.enrollment.invitations.get(id)).label, 'one');
  });

  it('F17: createMany makes as many records as rows', async () => {
    const before = await records();
    const rows = await losingTheReply(
      () => testApp.enrollment.invitations.createMany(Array.from({ length: 200 }, () => ({}))),
      'hset',
    );
    assert.equal(rows.filter(({ type }) => type === 'created').length, 200);
    assert.equal(await records(), before + 200);
  });

  it('F17: an edit is in the ledger once', async () => {
    const { invitations } = testApp.enrollment;
    const { id } = await invitations.create();
    const { label } = await losingTheReply(() => invitations.edit(id, { label: 'edited' }), 'rpush');
    assert.equal(label, 'edited');
    assert.deepEqual(
      (await invitations.ledger(id)).map(({ kind }) => kind),
      ['issued', 'edited'],
    );
  });

  it('F17: a removal from the waitlist reports that it removed an entry', async () => {
    const { waitlist } = testApp.enrollment;
    await waitlist.ask({ email: 'gone@example.com' });
    const { removed } = await losingTheReply(() => waitlist.remove('gone@example.com'), 'hdel');
    assert.equal(removed, true);
  });
});
