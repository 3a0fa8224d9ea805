import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { sqliteUsers, type SqliteUsers } from '../../lib/sql.js';
import { administratorOf, type Administrator } from '../support/administrator.js';
import { sampleOf } from '../support/campaign.js';
import { startServer, type ChildServer } from '../support/child-server.js';
import { accountsIn } from '../support/e2e/example.js';
import { gatePath, SsoPerson } from '../support/faults/sso-person.js';
import { freePort } from '../support/free-port.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import { RawClient } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const secret = 'vC4yTq9ZsRb2WnXe7MhLk5PdGf8JuAoK';
const done = { state: 'used_up', redeemed: 1, claimed: 0, lapsed: 0 };

/**
 * Moments of the last step and what exists at each: with user stores that store identities, and with those that do not.
 */
const moments = [
  { diesAt: 'before-claim', heeds: true, accounts: 0, connected: false },
  { diesAt: 'after-claim', heeds: true, accounts: 0, connected: false },
  { diesAt: 'after-account', heeds: false, accounts: 1, connected: false },
  { diesAt: 'after-account', heeds: true, accounts: 1, connected: true },
  { diesAt: 'after-connection', heeds: false, accounts: 1, connected: true },
  { diesAt: 'after-commit', heeds: true, accounts: 1, connected: true },
  { diesAt: 'before-session', heeds: false, accounts: 1, connected: true },
  { diesAt: 'before-session', heeds: true, accounts: 1, connected: true },
] as const;

describe("a server that is killed in the gate's last step", () => {
  let provider: HostileProvider;
  let redis: TestRedis;
  let store: SqliteUsers;
  let admin: Administrator;
  let seat: { baseUrl: string; redis: string; secret: string; database: string };
  /** One for each kind of user store; the server that dies runs beside it. */
  let living: Readonly<Record<'yes' | 'no', ChildServer>>;
  let count = 0;
  before(async () => {
    [provider, redis] = await Promise.all([startHostileProvider(), startRedis()]);
    const port = await freePort();
    const database = join(temporaryFolder(), 'users.sqlite');
    seat = { baseUrl: `http://localhost:${port}`, redis: redis.url, secret, database };
    store = sqliteUsers(database);
    admin = administratorOf(seat);
    const yes = await start({ HEEDS: 'yes' }, port);
    living = { yes, no: await start({ HEEDS: 'no' }) };
  });
  after(async () => {
    await Promise.all(Object.values(living).map((server) => server.stop()));
    await Promise.all([admin.close(), provider.close(), store.close()]);
    await redis.stop();
  });

  async function start(env: Readonly<Record<string, string>>, port?: number): Promise<ChildServer> {
    return startServer(fileURLToPath(new URL('../support/faults/sso-killed-server.js', import.meta.url)), {
      env: {
        NODE_ENV: 'test',
        PORT: String(port ?? (await freePort())),
        BASE_URL: seat.baseUrl,
        REDIS_URL: seat.redis,
        ENROLLMENT_SECRET: secret,
        DATABASE: seat.database,
        ISSUER: provider.issuer,
        CLIENT_ID: provider.clientId,
        CLIENT_SECRET: provider.clientSecret,
        ...env,
      },
    });
  }

  const identityOf = (subject: string) => ({ source: 'acme', issuer: provider.issuer, subject });
  const accountsOf = async (name: string) =>
    (await accountsIn(seat.database)).filter(({ username }) => username === name);
  const madeWith = async (id: string) =>
    (await accountsIn(seat.database)).filter(({ redemptionKey }) => redemptionKey?.startsWith(`${id}:`));

  /** As if the lease of the killed process had run out. */
  async function lapse(id: string): Promise<void> {
    const client = redis.client();
    for (const open of await client.keys(`*${id}*:open`))
      for (const seat of await client.zrange(open, '0', '-1')) await client.zadd(open, 'XX', 1, seat);
  }

  const ways = {
    'sends the form again': async (person: SsoPerson, again: () => Promise<unknown>) => {
      await again();
      // An existing account does not prove who sends the request; the provider does.
      if ((await person.me()) === null) await person.signIn();
    },
    'opens the page again': async (person: SsoPerson, _again: unknown, code: string) => {
      await person.goOn(code);
      if ((await person.me()) === null) await person.signIn();
    },
    'signs in at the provider anew': async (person: SsoPerson, _again: unknown, code: string, id: string) => {
      await person.signIn();
      const page = await person.page();
      if (page !== null) {
        const answer = await person.client.post(gatePath, { ...page.hidden, invite_code: code });
        // The seat stays claimed for the interrupted enrollment until its lease ends.
        if (answer.status === 422) await lapse(id);
      }
      await person.goOn(code);
    },
    'signs in at the provider anew, with another browser': async (
      person: SsoPerson,
      _again: unknown,
      code: string,
      id: string,
    ) => {
      await lapse(id);
      await person.signIn();
      await person.goOn(code);
    },
  };

  for (const { diesAt, heeds, accounts, connected } of sampleOf(moments, 2)) {
    for (const [what, way] of sampleOf(Object.entries(ways), diesAt === 'before-claim' ? 1 : 2)) {
      const kind = heeds ? 'a store that heeds identities' : 'a store that does not';
      it(`${diesAt}, over ${kind}; the person ${what}: one connected account, one seat, sign-in`, async () => {
        const name = `person-${(count += 1)}`;
        const server = living[heeds ? 'yes' : 'no'];
        const { id, code } = await admin.invitations.create();
        const person = new SsoPerson(server.url, provider, name);
        await person.signIn();
        const page = await person.page();
        assert.ok(page?.asksCode);
        const fields = { ...page.hidden, invite_code: code };

        const dying = await start({ DIES_AT: diesAt, HEEDS: heeds ? 'yes' : 'no' });
        const lost = new RawClient(dying.url).post(gatePath, fields, {
          cookie: person.client.cookies.header(gatePath),
        });
        await assert.rejects(lost);
        assert.equal((await dying.ended).signal, 'SIGKILL');
        assert.equal((await accountsOf(name)).length, accounts);
        assert.equal((await store.connections.find(identityOf(name))) !== null, connected);

        const next = what.endsWith('another browser') ? new SsoPerson(server.url, provider, name) : person;
        await way(next, () => next.client.post(gatePath, fields), code, id);
        assert.equal(await next.me(), name);
        assert.equal((await accountsOf(name)).length, 1);
        assert.deepEqual(
          (await madeWith(id)).map(({ username }) => username),
          [name],
        );
        const holder = await store.users.findByLogin('username', name);
        assert.equal(await store.connections.find(identityOf(name)), holder?.id);
        assert.deepEqual(await admin.countsOf(id), done);
        const ledger = await admin.invitations.ledger(id);
        assert.equal(ledger.filter(({ kind: entry }) => entry === 'redeemed').length, 1);
      });
    }
  }
});
