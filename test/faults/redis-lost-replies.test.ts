import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openClub, type Club } from '../http/club.js';
import type { SeenCommands } from '../services/redis-monitor.js';
import { startRedis, type TestRedis } from '../services/redis-server.js';
import { tcpProxy, type TcpProxy } from '../services/tcp-proxy.js';
import { waitUntil } from '../services/wait-until.js';

describe('an administrator whose replies are lost on the wire', () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let club: Club;
  let seen: SeenCommands;
  before(async () => {
    redis = await startRedis();
    proxy = await tcpProxy(redis.port);
    club = await openClub({ redis: proxy.url, clock: { now: () => Date.now() } });
    await club.enrollment.ready();
    // Every script is known to Redis from here on.
    const { invitations, waitlist } = club.enrollment;
    const { id } = await invitations.create();
    await invitations.edit(id, { label: 'first' });
    await waitlist.ask({ email: 'first@example.com' });
    await waitlist.refuse({ emails: ['first@example.com'] });
    await waitlist.remove('first@example.com');
    seen = await redis.monitor();
  });
  after(async () => {
    await club.close();
    await proxy.close();
    await redis.stop();
  });

  /** Redis carries the write out, its reply never comes, and ioredis sends it again. */
  async function losingTheReply<T>(write: () => Promise<T>, script: string): Promise<T> {
    await seen.clear();
    // Long enough to cut the wire meanwhile, short enough for what is read before the write.
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
    const { id } = await losingTheReply(() => club.enrollment.invitations.create({ label: 'one' }), 'hset');
    assert.equal(await records(), before + 1);
    assert.equal((await club.enrollment.invitations.get(id)).label, 'one');
  });

  it('F17: createMany makes as many records as rows', async () => {
    const before = await records();
    const rows = await losingTheReply(
      () => club.enrollment.invitations.createMany(Array.from({ length: 200 }, () => ({}))),
      'hset',
    );
    assert.equal(rows.filter(({ type }) => type === 'created').length, 200);
    assert.equal(await records(), before + 200);
  });

  it('F17: an edit is in the ledger once', async () => {
    const { invitations } = club.enrollment;
    const { id } = await invitations.create();
    const { label } = await losingTheReply(() => invitations.edit(id, { label: 'edited' }), 'rpush');
    assert.equal(label, 'edited');
    assert.deepEqual(
      (await invitations.ledger(id)).map(({ kind }) => kind),
      ['issued', 'edited'],
    );
  });

  it('F17: a removal from the waitlist says that it removed somebody', async () => {
    const { waitlist } = club.enrollment;
    await waitlist.ask({ email: 'gone@example.com' });
    const { removed } = await losingTheReply(() => waitlist.remove('gone@example.com'), 'hdel');
    assert.equal(removed, true);
  });
});
