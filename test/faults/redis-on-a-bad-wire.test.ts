import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startOwnTime } from '../support/own-time.js';
import type { RawAnswer } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitUntil } from '../support/wait-until.js';

const unlimited = { points: 1_000_000, windowSeconds: 600 };
const realTime = { now: () => Date.now() };

/** Asserts that a visitor who sends a form gets an answer in time, whatever it says. */
async function inTime(ask: () => Promise<RawAnswer>): Promise<RawAnswer> {
  const ownTime = startOwnTime();
  const answer = await ask();
  const took = ownTime();
  assert.ok(took < 3000, `it took ${Math.round(took)} ms`);
  if (answer.status === 503) {
    assert.ok(Number(answer.headers['retry-after']) > 0);
    assert.match(answer.text, /Reference: \w{8}/);
  }
  return answer;
}

describe('Redis on an unreliable connection', () => {
  let redis: TestRedis;
  let proxy: TcpProxy;
  let testApp: TestApp;
  let visitor: Visitor;
  let name: string;
  let count = 0;
  before(async () => {
    redis = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    proxy = await tcpProxy(redis.port);
    testApp = await openTestApp({ redis: proxy.url, clock: realTime, rateLimits: { codes: { perClient: unlimited } } });
    await testApp.enrollment.ready();
  });
  beforeEach(async () => {
    name = `wire-${(count += 1)}`;
    visitor = new Visitor(testApp);
    await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
  });
  afterEach(async () => {
    proxy.fail([]);
    proxy.delay(0);
    proxy.blackhole(false);
    await waitUntil(
      async () => ((await testApp.enrollment.health()).ready ? true : undefined),
      () => 'Redis does not come back',
    );
  });
  after(async () => {
    await testApp.close();
    await proxy.close();
    await redis.stop();
  });

  const accounts = (): number => testApp.members.filter(({ username }) => username === name).length;

  /** Sends the same form in the same tab until it is accepted: every visitor ends with one account and signed in. */
  async function goesOn(): Promise<void> {
    const answer = await waitUntil(
      async () => {
        const sent = await inTime(() => visitor.submit(accountOf(name)));
        return sent.status === 503 ? undefined : sent;
      },
      () => 'it is 503 for ever',
    );
    assert.equal(answer.location, '/welcome', answer.text);
    assert.equal(await visitor.me(), name);
    assert.equal(accounts(), 1);
  }

  it('a half-open connection is 503 and is replaced within seconds', async () => {
    proxy.strand();
    assert.equal((await inTime(() => visitor.submit(accountOf(name)))).status, 503);
    const ownTime = startOwnTime();
    await goesOn();
    assert.ok(ownTime() < 5000);
    proxy.cut();
  });

  it('a blackhole is 503 while it lasts, and has no later effect', async () => {
    proxy.blackhole(true);
    const ownTime = startOwnTime();
    while (ownTime() < 4000) assert.equal((await inTime(() => visitor.submit(accountOf(name)))).status, 503);
    proxy.blackhole(false);
    await goesOn();
  });

  it('responses slower than the timeout are 503; later requests never get them', async () => {
    proxy.delay(10_000);
    const answers = await Promise.all([
      inTime(() => visitor.get(testApp.page)),
      inTime(() => visitor.submit(accountOf(name))),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 503],
    );
    proxy.delay(0);
    const others = await Promise.all(
      [1, 2, 3].map(async (index) => {
        const other = new Visitor(testApp);
        const { code } = await waitUntil(
          () => testApp.enrollment.invitations.create().catch(() => undefined),
          () => 'Redis does not come back',
        );
        await other.signUp(code, `${name}-other-${index}`);
        return other.me();
      }),
    );
    assert.deepEqual(
      others,
      [1, 2, 3].map((index) => `${name}-other-${index}`),
    );
    await goesOn();
  });

  it('an app’s client without a timeout: late replies reach the right requests', async () => {
    const client = new Redis(proxy.port, '127.0.0.1');
    client.on('error', () => undefined);
    const lent = await openTestApp({ redis: client, clock: realTime });
    await lent.enrollment.ready();
    const people = await Promise.all(
      [0, 1, 2, 3].map(async () => {
        const one = new Visitor(lent);
        await one.enterCode((await lent.enrollment.invitations.create()).code);
        return one;
      }),
    );
    proxy.delay(2600);
    const late = await Promise.all(people.map((one, index) => inTime(() => one.submit(accountOf(`late-${index}`)))));
    assert.ok(late.every(({ status }) => status === 503));
    proxy.delay(0);
    await pause(1500);
    for (const [index, one] of people.entries()) {
      assert.equal((await one.submit(accountOf(`late-${index}`))).location, '/welcome');
      assert.equal(await one.me(), `late-${index}`);
    }
    await lent.close();
    client.disconnect();
  });

  const errors = [
    'LOADING Redis is loading the dataset in memory',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'CLUSTERDOWN Hash slot not served',
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
    'NOREPLICAS Not enough good replicas to write.',
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    "OOM command not allowed when used memory > 'maxmemory'.",
    "NOPERM this user has no permissions to run the 'evalsha' command",
  ];
  for (const error of errors) {
    for (const command of ['evalsha', 'set', 'get'] as const) {
      it(`${error.split(' ')[0]} to every ${command.toUpperCase()}: no extra account, then recovery`, async () => {
        proxy.fail([command], error);
        const other = new Visitor(testApp);
        const answers = [
          await inTime(() => visitor.submit(accountOf(name))),
          await inTime(() => visitor.get(testApp.page)),
          await inTime(() => other.open()),
          await inTime(() => other.submit({ invite_code: 'SOME-WORD-9' })),
        ];
        assert.ok(
          answers.every(({ status }) => [200, 303, 422, 503].includes(status)),
          answers.map(({ status }) => status).join(' '),
        );
        if (command === 'evalsha') assert.equal(answers[0]?.status, 503);
        assert.ok(accounts() <= 1);
        proxy.fail([]);
        await goesOn();
      });
    }
  }

  it('a primary that became a replica at the same address: the retry reaches the new primary', async () => {
    const next = await startRedis({
      args: ['--replicaof', `127.0.0.1 ${redis.port}`, '--repl-diskless-sync-delay', '0'],
    });
    const follows = async (server: TestRedis): Promise<unknown> =>
      waitUntil(
        async () => (/master_link_status:up/.test(await server.client().info('replication')) ? true : undefined),
        () => 'no replica',
      );
    await follows(next);
    // As managed services do it: the name resolves to another server, and existing connections stay open.
    await next.client().replicaof('NO', 'ONE');
    await redis.client().replicaof('127.0.0.1', next.port);
    proxy.lead(next.port);
    const first = await inTime(() => visitor.submit(accountOf(name)));
    // 303 where a command in the background has met the replica, and the client has a new connection.
    assert.ok([303, 503].includes(first.status), String(first.status));
    assert.equal(accounts(), first.status === 503 ? 0 : 1);
    await goesOn();
    await redis.client().replicaof('NO', 'ONE');
    proxy.lead(redis.port);
    proxy.cut();
    await next.stop();
  });

  it('is reported as events and warnings, and as errors only where an account existed already', () => {
    assert.ok(testApp.events.some((emitted) => emitted.name === 'store.away'));
    const unexpected = testApp.log.filter(
      ({ level, text }) =>
        level === 'error' &&
        // A denied command is a configuration error, not an outage.
        !/^(marking a seat as redeemed failed|giving a seat back failed|signing in failed after the account was made|a request failed after it had written an account)$|^NOPERM /.test(
          text,
        ),
    );
    assert.deepEqual(
      unexpected.map(({ text, fields }) => [text, String(fields['err'])]),
      [],
    );
  });
});
