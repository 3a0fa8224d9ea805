import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, it } from 'mocha';
import { describeInCampaign } from '../support/campaign.js';
import { administratorOf, type Administrator } from '../support/administrator.js';
import { accountsIn, startExample, type Example } from '../support/e2e/example.js';
import { prepared, sameBrowser, sentUntilServed } from '../support/faults/prepared-visitor.js';
import { freePort } from '../support/free-port.js';
import { Visitor } from '../support/http/visitor.js';
import type { RawClient } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { waitUntil } from '../support/wait-until.js';

describeInCampaign('four server processes on one Redis and one SQLite file', () => {
  let redis: TestRedis;
  let servers: readonly Example[] = [];
  let administrator: Administrator;
  let database: string;
  before(async () => {
    redis = await startRedis();
    database = join(temporaryFolder(), 'users.sqlite');
    const baseUrl = `http://localhost:${await freePort()}`;
    const seat = { redis: redis.url, secret: 'jX5tBq8WmZr2NcVy7LdKs9PfGh4AeUo3', database, baseUrl };
    // All at once: they also race for the tables and the seeds.
    servers = await Promise.all(Array.from({ length: 4 }, () => startExample(seat)));
    administrator = administratorOf(seat);
  });
  after(async () => {
    try {
      await administrator.close();
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
      await redis.stop();
    }
  });

  const serverOf = (visitor: number): string => `http://localhost:${servers[visitor % servers.length]!.port}`;

  it('a hundred visitors send the last page of a ten-use code: exactly ten accounts', async () => {
    const { id, code } = await administrator.invite({ uses: 10 });
    const visitors = Array.from({ length: 100 }, (_, index) => ({
      index,
      name: `racer-${index}`,
      visitor: new Visitor({ url: serverOf(index) }),
    }));
    const ready: { name: string; send: () => Promise<{ client: RawClient; status: number; text: string }> }[] = [];
    const waiting = [...visitors];
    // A few at a time: the limit on codes per address counts those that are being looked up.
    const prepareSome = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { index, name, visitor } = next;
        const send = await prepared(visitor, code, name);
        const elsewhere = sameBrowser(visitor.client, serverOf(index + 1));
        ready.push({
          name,
          send: async () => ({ client: elsewhere, ...(await sentUntilServed(() => send(elsewhere))) }),
        });
      }
    };
    await Promise.all([prepareSome(), prepareSome(), prepareSome(), prepareSome()]);

    const answers = await Promise.all(ready.map(async ({ name, send }) => ({ name, ...(await send()) })));
    const winners = answers.filter(({ status }) => status === 303);
    const others = answers.filter(({ status }) => status !== 303);
    assert.equal(winners.length, 10);
    for (const { status, text } of others) {
      assert.equal(status, 403, text);
      assert.match(text, /has already been used|is being used right now/);
      assert.match(text, /Reference: /);
    }
    const made = (await accountsIn(database)).filter(({ redemptionKey }) => redemptionKey?.startsWith(`${id}:`));
    assert.deepEqual(made.map(({ username }) => username).sort(), winners.map(({ name }) => name).sort());
    assert.equal(new Set(made.map(({ redemptionKey }) => redemptionKey)).size, 10);
    assert.equal((await accountsIn(database)).length, 10, 'nobody else has an account');
    for (const { name, client } of winners)
      assert.match((await client.get('/')).text, new RegExp(`<strong id="who">${name}<`));
    await waitUntil(
      async () => ((await administrator.countsOf(id)).redeemed === 10 ? true : undefined),
      () => 'the invitation does not count its ten accounts',
    );
    assert.deepEqual(await administrator.countsOf(id), { state: 'used_up', redeemed: 10, claimed: 0, lapsed: 0 });
  });
});
