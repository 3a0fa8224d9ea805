import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { administratorOf, type Administrator } from '../support/administrator.js';
import { effort } from '../support/campaign.js';
import { startServer, type ChildServer } from '../support/child-server.js';
import { accountsIn } from '../support/e2e/example.js';
import { countedBy, prepareCrowd, race } from '../support/faults/crowd.js';
import { freePort } from '../support/free-port.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const visitors = effort(120, 1000);
const processes = effort(2, 4);

describe(`${visitors} visitors at once, ${processes} processes, one Redis, one SQLite file`, function () {
  let redis: TestRedis;
  let servers: readonly ChildServer[];
  let database: string;
  let admin: Administrator;
  before(async () => {
    redis = await startRedis();
    database = join(temporaryFolder(), 'users.sqlite');
    const baseUrl = `http://localhost:${await freePort()}`;
    const secret = 'Zt6mQx2LrVb9KwHcY4NpDf8JsGa3UeXo';
    const program = fileURLToPath(new URL('../support/faults/crowd-server.js', import.meta.url));
    const seat = { BASE_URL: baseUrl, REDIS_URL: redis.url, ENROLLMENT_SECRET: secret, DATABASE: database };
    servers = await Promise.all(
      Array.from({ length: processes }, async () =>
        startServer(program, { env: { ...seat, NODE_ENV: 'test', PORT: String(await freePort()) } }),
      ),
    );
    admin = administratorOf({ baseUrl, secret, redis: redis.url, database });
  });
  after(async () => {
    await admin.close();
    await Promise.all(servers.map((server) => server.stop()));
    await redis.stop();
  });

  for (const uses of [1, 10]) {
    it(`a code for ${uses} makes exactly ${uses}; all others get 403, and none gets an error`, async function () {
      const { invitations } = admin;
      const urls = servers.map(({ url }) => url);
      const { id, code } = await invitations.create({ uses });
      const begun = performance.now();
      const crowd = await prepareCrowd(urls, code, visitors, `crowd-${uses}`);
      const ready = performance.now();
      const finish = await race(crowd, urls);
      const seconds = (performance.now() - ready) / 1000;

      assert.deepEqual(
        countedBy(finish, ({ status }) => status),
        { 303: uses, 403: visitors - uses },
      );
      for (const { status, text } of finish) {
        if (status === 403) assert.match(text, /has already been used|is being used right now/);
      }
      const winners = finish.filter(({ status }) => status === 303);
      const made = (await accountsIn(database)).filter(({ redemptionKey }) => redemptionKey?.startsWith(`${id}:`));
      assert.deepEqual(made.map(({ username }) => username).sort(), winners.map(({ name }) => name).sort());
      const seats = made.map(({ redemptionKey }) => Number(redemptionKey?.slice(id.length + 1))).sort((a, b) => a - b);
      assert.deepEqual(
        seats,
        Array.from({ length: uses }, (_, at) => at + 1),
      );
      assert.equal(
        (await accountsIn(database)).filter(({ username }) => username.startsWith(`crowd-${uses}-`)).length,
        uses,
      );
      for (const { name, client } of winners)
        assert.equal((JSON.parse((await client.get('/me')).text) as { username: string }).username, name);

      assert.deepEqual(await admin.countsOf(id), { state: 'used_up', redeemed: uses, claimed: 0, lapsed: 0 });
      const ledger = await invitations.ledger(id);
      assert.equal(ledger.filter(({ kind }) => kind === 'redeemed').length, uses);
      const again = countedBy(finish, ({ sentAgain }) => sentAgain);
      this.test!.title += ` (prepared in ${((ready - begun) / 1000).toFixed(1)} s, answered in ${seconds.toFixed(1)} s; sent again: ${visitors - (again[0] ?? 0)})`;
    });
  }

  it('never scans all keys of Redis', async () => {
    const stats = await redis.client().info('commandstats');
    assert.match(stats, /^cmdstat_evalsha:/m);
    assert.doesNotMatch(stats, /^cmdstat_(?:keys|scan|hscan|sscan|zscan|flushall|flushdb):/m);
  });
});
