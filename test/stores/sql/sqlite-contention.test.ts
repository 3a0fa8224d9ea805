import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient, type Client } from '@libsql/client';
import { sqliteUsers } from '../../../lib/stores/sql/sqlite-users.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { ownProcess } from '../../support/own-process.js';
import { startOwnTime } from '../../support/own-time.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { itInCampaign } from '../../support/campaign.js';

const folder = temporaryFolder();
const writer = fileURLToPath(new URL('../../support/stores/sqlite-writer.js', import.meta.url));
let files = 0;
const newFile = (): string => join(folder, `users-${(files += 1)}.db`);

interface Report {
  readonly written: number;
  readonly failures: readonly string[];
}

/** Four processes write at once; their reports. */
async function fourWriters(...args: string[]): Promise<Report[]> {
  const processes = await Promise.all(Array.from({ length: 4 }, () => ownProcess(process.execPath, [writer, ...args])));
  return Promise.all(
    processes.map(async (child) => {
      await child.ended;
      const last = child.stdout().trim().split('\n').at(-1) ?? '';
      assert.match(last, /^\{/, child.stderr());
      return JSON.parse(last) as Report;
    }),
  );
}

async function counts(file: string): Promise<{ users: number; redemptions: number; orphans: number }> {
  const client = createClient({ url: `file:${file}` });
  const { rows } = await client.execute(`SELECT (SELECT count(*) FROM users) AS users,
    (SELECT count(*) FROM enrollment_redemptions) AS redemptions,
    (SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM enrollment_redemptions)) AS orphans`);
  client.close();
  const [row] = rows;
  return {
    users: Number(row?.['users']),
    redemptions: Number(row?.['redemptions']),
    orphans: Number(row?.['orphans']),
  };
}

/** Holds the write lock like another program, until released. */
async function lock(file: string): Promise<{ readonly client: Client; release(): Promise<void> }> {
  const client = createClient({ url: `file:${file}` });
  const held = await client.transaction('write');
  return {
    client,
    async release() {
      await held.rollback();
      client.close();
    },
  };
}

describe('sqliteUsers under contention', () => {
  it('writes 200 accounts at once and does not block the event loop', async () => {
    const file = newFile();
    const store = sqliteUsers(file);
    await store.ready();
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    await Promise.all(Array.from({ length: 200 }, () => store.users.create(sampleAccount(), sampleRedemption())));
    clearInterval(ticking);
    assert.ok(turns > 20, `timers ran ${turns} times only`);
    await store.close();
    assert.deepEqual(await counts(file), { users: 200, redemptions: 200, orphans: 0 });
  });

  it('writes 4 × 200 accounts from four processes that open a new file at once', async () => {
    const file = newFile();
    const reports = await fourWriters(file, '200');
    assert.deepEqual(
      reports.map(({ written, failures }) => [written, failures]),
      Array(4).fill([200, []]),
    );
    assert.deepEqual(await counts(file), { users: 800, redemptions: 800, orphans: 0 });
  });

  itInCampaign('gives each of 50 seats once when four processes want all of them', async () => {
    const file = newFile();
    const reports = await fourWriters(file, '50', 'one-invitation');
    assert.equal(
      reports.reduce((sum, { written }) => sum + written, 0),
      50,
    );
    for (const { failures } of reports)
      for (const failure of failures) assert.match(failure, /UNIQUE constraint failed/);
    assert.deepEqual(await counts(file), { users: 50, redemptions: 50, orphans: 0 });
  });

  it('waits for a lock without blocking the process, and still reads', async () => {
    const file = newFile();
    const store = sqliteUsers(file);
    const before = await store.users.create(sampleAccount(), sampleRedemption());
    const held = await lock(file);
    const written = store.users.create(sampleAccount(), sampleRedemption());
    assert.deepEqual(await store.users.findById(before.id), before);
    // If the store blocked the thread, it would give up on the lock before this code could release it.
    await pause(20);
    await held.release();
    assert.equal((await written).active, true);
    await store.close();
  });

  it('gives up on a lasting lock, for all waiting writes, and works again afterwards', async () => {
    const file = newFile();
    const store = sqliteUsers(file, { timeoutMs: 1000 });
    await store.ready();
    const held = await lock(file);
    const ownTime = startOwnTime();
    const refused = await Promise.allSettled(
      Array.from({ length: 20 }, () => store.users.create(sampleAccount(), sampleRedemption())),
    );
    for (const end of refused) {
      assert.ok(end.status === 'rejected');
      assert.equal(end.reason.code, 'ERR_ENROLLMENT_STORE_AWAY');
      assert.equal(end.reason.status, 503);
    }
    assert.ok(ownTime() < 5000, 'they waited one after the other');
    await held.release();
    // The driver's own transactions would fail on this connection from now on.
    for (let round = 0; round < 3; round += 1) await store.users.create(sampleAccount(), sampleRedemption());
    await store.close();
    assert.deepEqual(await counts(file), { users: 3, redemptions: 3, orphans: 0 });
  });

  it('has only complete accounts after a writer was killed', async () => {
    const file = newFile();
    for (let round = 0; round < 5; round += 1) {
      const child = await ownProcess(process.execPath, [writer, file, '5000']);
      while (!child.stdout().includes('ready') && !child.exited) await pause(5);
      await pause(20 + round * 37);
      await child.end('SIGKILL');
      const store = sqliteUsers(file);
      await store.users.create(sampleAccount(), sampleRedemption());
      await store.close();
      const { users, redemptions, orphans } = await counts(file);
      assert.equal(orphans, 0);
      assert.equal(users, redemptions);
      assert.ok(users > round);
    }
  });
});
