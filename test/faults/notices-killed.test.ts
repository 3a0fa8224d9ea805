import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, it } from 'mocha';
import { generateSync } from 'otplib';
import { Secret } from '../../lib/base/secret.js';
import { sqliteUsers, type SqliteUsers } from '../../lib/sql.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { accountOf, password } from '../support/account.js';
import { describeInCampaign } from '../support/campaign.js';
import { startServer, type ChildServer } from '../support/child-server.js';
import { freePort } from '../support/free-port.js';
import { signIn } from '../support/http/sign-in-app.js';
import { quickPasswords } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { waitUntil } from '../support/wait-until.js';

const program = fileURLToPath(new URL('../support/faults/killed-notices.js', import.meta.url));
/** Prepared mails are looked at after a minute. */
const deadlineMs = 100_000;

describeInCampaign('a server that is killed right after it wrote a change', () => {
  let redis: TestRedis;
  let store: SqliteUsers;
  let env: Readonly<Record<string, string>>;
  let server: ChildServer;
  let printed = '';
  before(async () => {
    redis = await startRedis();
    const [port, database] = [String(await freePort()), join(temporaryFolder(), 'users.sqlite')];
    env = {
      PORT: port,
      BASE_URL: `http://localhost:${port}`,
      REDIS_URL: redis.url,
      ENROLLMENT_SECRET: 'kR8vNw3ZyQm6TbXc1JdHs5PfGe9AuLoM',
      DATABASE: database,
    };
    store = sqliteUsers(database);
    await store.ready();
  });
  after(async () => {
    await server.stop();
    await store.close();
    await redis.stop();
  });

  const start = (diesAt?: string): Promise<ChildServer> => startServer(program, { env: { ...env, DIES_AT: diesAt } });
  const visitor = (): Visitor => new Visitor({ url: env['BASE_URL'] ?? '' });

  async function member(name: string, emailVerified = true): Promise<string> {
    const passwordHash = await quickPasswords.hash(new Secret(password));
    const account = sampleAccount({ username: name, email: `${name}@example.com`, passwordHash, emailVerified });
    return (await store.users.create(account, sampleRedemption())).id;
  }

  async function signedIn(name: string): Promise<Visitor> {
    const by = visitor();
    assert.equal((await signIn(by, name)).status, 303);
    return by;
  }

  async function withApp(name: string): Promise<{ readonly by: Visitor; code(): string }> {
    await member(name);
    const by = await signedIn(name);
    await by.open('/if/flow/account-totp/');
    const page = await by.follow(await by.submit({ password }));
    const [, secret = ''] = /secret=([A-Z2-7]+)/.exec(page.text) ?? [];
    return { by, code: () => generateSync({ secret }) };
  }

  /** Each as far as its last form; `diesAt` is the write after it. */
  const changes: Readonly<
    Record<string, { readonly diesAt: string; begin(name: string): Promise<() => Promise<unknown>> }>
  > = {
    authenticator_added: {
      diesAt: 'add',
      async begin(name) {
        const { by, code } = await withApp(name);
        return () => by.submit({ code: code() });
      },
    },
    authenticator_removed: {
      diesAt: 'remove',
      async begin(name) {
        const { by, code } = await withApp(name);
        await by.submit({ code: code() });
        const found = await store.users.findByLogin('username', name);
        const [one] = await store.authenticators.list(found?.id ?? '');
        await by.open('/if/flow/account-authenticators/');
        await by.follow(await by.submit({ authenticator: one?.id ?? '' }));
        await by.follow(await by.submit({ authenticator_name: 'x', authenticator_removed: 'yes' }));
        await by.follow(await by.submit({}));
        // A code is used once: the next one is another.
        const used = code();
        await waitUntil(
          () => (code() === used ? undefined : true),
          () => 'no new code',
          35_000,
        );
        return () => by.submit({ code: code() });
      },
    },
    provider_connected: {
      diesAt: 'link',
      async begin(name) {
        await member(name);
        const by = visitor();
        return () => by.client.get(`/corp/${name}`);
      },
    },
    provider_disconnected: {
      diesAt: 'unlink',
      async begin(name) {
        const id = await member(name);
        await store.connections.link(id, { source: 'corp', issuer: 'https://corp.example', subject: name });
        const by = await signedIn(name);
        await by.open('/if/flow/account-connections/');
        const [choice] = by.form.controls.filter((control) => control.name === 'connection');
        return () => by.submit({ connection: choice?.value ?? '' });
      },
    },
    address_taken_over: {
      diesAt: 'create',
      async begin(name) {
        await member(name, false);
        const by = visitor();
        const { code } = JSON.parse((await by.client.post('/codes', {})).text);
        await by.enterCode(code);
        await by.follow(await by.submit({ ...accountOf(`${name}-herself`), email: `${name}@example.com` }));
        const typed = await waitUntil(
          () => new RegExp(`MAIL \\w+ ${name}@example\\.com (\\S+)`).exec(server.stdout())?.[1],
          () => `no code was mailed:\n${server.stdout()}`,
        );
        return () => by.submit({ code: typed });
      },
    },
  };

  it('sends the notice of each a minute later, once', async () => {
    for (const [kind, { diesAt, begin }] of Object.entries(changes)) {
      server = await start(`after-${diesAt}`);
      const write = await begin(kind.replaceAll('_', '-'));
      await Promise.allSettled([write()]);
      assert.equal((await server.ended).signal, 'SIGKILL', kind);
      printed += server.stdout();
    }
    const expected = Object.keys(changes).map((kind) => `${kind} ${kind.replaceAll('_', '-')}@example.com`);
    for (const mail of expected) assert.ok(!printed.includes(mail), printed);
    server = await start();
    const sent = (): readonly string[] => [...server.stdout().matchAll(/MAIL (\w+ \S+)/g)].map(([, mail = '']) => mail);
    await waitUntil(
      () => (sent().length < expected.length ? undefined : true),
      () => `only these were sent: ${sent().join(', ')}`,
      deadlineMs,
    );
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    assert.deepEqual(sent().toSorted(), expected.toSorted());
  }).timeout(300_000);
});
