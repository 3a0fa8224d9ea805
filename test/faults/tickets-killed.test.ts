import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { Secret } from '../../lib/base/secret.js';
import { setPasswordFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { sqliteUsers } from '../../lib/sql.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { password } from '../support/account.js';
import { effort, sampleOf } from '../support/campaign.js';
import { startServer, type ChildServer } from '../support/child-server.js';
import { freePort } from '../support/free-port.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const program = fileURLToPath(new URL('../support/faults/killed-tickets.js', import.meta.url));
const fresh = 'a new battery for the horse';
const other = 'another battery for the horse';

const moments = [
  { diesAt: 'after-write', written: true },
  { diesAt: 'before-claim', written: false },
  { diesAt: 'after-claim', written: false },
  { diesAt: 'before-write', written: false },
  { diesAt: 'before-commit', written: true },
  { diesAt: 'after-commit', written: true },
];

describe('tickets over Redis', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  it(`of ${String(effort(12, 100))} browsers at once, one sets its password`, async () => {
    const testApp = await openTestApp({
      redis: redis.url,
      flows: [setPasswordFlow({ slug: 'set-password' }), signInFlow({ slug: 'sign-in', target: '/inside' })],
    });
    try {
      const ann = await member(testApp, 'ann');
      const { url, id } = await testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'invite' });
      const { pathname, search } = new URL(url);
      const browsers = await Promise.all(
        Array.from({ length: effort(12, 100) }, async (_, at) => {
          const by = new Visitor(testApp);
          await by.open(pathname + search);
          return { by, typed: `${fresh} ${String(at)}` };
        }),
      );
      const answers = await Promise.all(
        browsers.map(async ({ by, typed }) => ({ typed, answer: await by.submit({ password: typed }) })),
      );
      const winners = answers.filter(({ answer }) => answer.status === 303);
      assert.equal(winners.length, 1);
      assert.equal((await testApp.enrollment.tickets.get(id))?.state, 'used');
      const answer = await signIn(new Visitor(testApp), 'ann', winners[0]?.typed ?? '');
      assert.equal(answer.location, '/inside');
    } finally {
      await testApp.close();
    }
  }).timeout(60_000);

  describe('a process that is killed while a ticket is used', () => {
    let env: Readonly<Record<string, string>>;
    let server: ChildServer;
    let count = 0;
    before(async () => {
      const port = String(await freePort());
      env = {
        PORT: port,
        BASE_URL: `http://localhost:${port}`,
        REDIS_URL: redis.url,
        ENROLLMENT_SECRET: 'kR8vNw3ZyQm6TbXc1JdHs5PfGe9AuLoM',
        DATABASE: join(temporaryFolder(), 'users.sqlite'),
      };
    });
    after(() => server.stop());

    async function account(): Promise<{ readonly id: string; readonly name: string }> {
      const name = `killed-${String((count += 1))}`;
      const store = sqliteUsers(env['DATABASE'] ?? '');
      await store.ready();
      const passwordHash = await quickPasswords.hash(new Secret(password));
      const { id } = await store.users.create(
        sampleAccount({ username: name, email: `${name}@example.com`, passwordHash }),
        sampleRedemption(),
      );
      await store.close();
      return { id, name };
    }
    const signsIn = async (name: string, typed: string): Promise<boolean> =>
      (await signIn(new Visitor(server), name, typed)).location === '/inside';
    const stateOf = async (id: string): Promise<unknown> => {
      const ticket: unknown = await (await fetch(`${server.url}/tickets/${id}`)).json();
      return typeof ticket === 'object' && ticket !== null ? Reflect.get(ticket, 'state') : null;
    };

    /** Two browsers with the same ticket; the process dies of the form of the first, and is there again. */
    async function killed(diesAt: string, skewMs: number) {
      const { id: user, name } = await account();
      server = await startServer(program, { env: { ...env, DIES_AT: diesAt } });
      const created: unknown = await (await fetch(`${server.url}/tickets/${user}`, { method: 'POST' })).json();
      assert.ok(typeof created === 'object' && created !== null);
      const { pathname, search } = new URL(String(Reflect.get(created, 'url')));
      const [first, second] = [new Visitor(server), new Visitor(server)];
      for (const visitor of [first, second]) await visitor.open(pathname + search);
      await assert.rejects(first.submit({ password: fresh }));
      assert.equal((await server.ended).signal, 'SIGKILL');
      server = await startServer(program, { env: { ...env, SKEW_MS: String(skewMs) } });
      return { name, first, second, id: String(Reflect.get(created, 'id')) };
    }
    const passwordsOf = (name: string): Promise<readonly boolean[]> =>
      Promise.all([password, fresh, other].map((typed) => signsIn(name, typed)));

    for (const { diesAt, written } of sampleOf(moments, 1))
      it(`${diesAt}: another browser finds it ${written ? 'used' : 'open'} once the lease is over`, async () => {
        const { name, second, id } = await killed(diesAt, 16_000);
        // Reading is enough: no browser has to claim it.
        assert.equal(await stateOf(id), written ? 'used' : 'open');
        const answer = await second.submit({ password: other });
        if (written) assert.match(answer.text, /already used/);
        else assert.equal(answer.status, 303, answer.text);
        assert.equal(await stateOf(id), 'used');
        assert.deepEqual(await passwordsOf(name), [false, written, !written]);
        await server.stop();
      }).timeout(60_000);

    for (const { diesAt } of sampleOf(moments, 0))
      it(`${diesAt}: the same browser goes on at once, and the other one is refused`, async () => {
        const { name, first, second, id } = await killed(diesAt, 0);
        const again = await first.submit({ password: fresh });
        assert.ok(again.status === 303 || /Your account is ready|already/.test(again.text), again.text);
        const late = await second.submit({ password: other });
        assert.match(late.text, /already used/);
        assert.equal(await stateOf(id), 'used');
        assert.deepEqual(await passwordsOf(name), [false, true, false]);
        await server.stop();
      }).timeout(60_000);
  });
});
