import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { RawAnswer } from '../support/raw-client.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';
import { startOwnTime } from '../support/own-time.js';

const realTime = { now: () => Date.now() };

/** Asserts a page with 503 and Retry-After within two seconds, plus a margin. */
async function assertAway(ask: () => Promise<RawAnswer>): Promise<RawAnswer> {
  const time = startOwnTime();
  const answer = await ask();
  const took = time();
  assert.equal(answer.status, 503, answer.text);
  assert.ok(Number(answer.headers['retry-after']) > 0);
  assert.match(answer.text, /Reference: \w{8}/);
  assert.ok(took < 3000, `it took ${Math.round(took)} ms`);
  return answer;
}

describe('Redis that is down', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  let visitor: Visitor;
  let code: string;
  let name: string;
  let count = 0;
  before(async () => {
    redis = await startRedis({ persistence: true });
    testApp = await openTestApp({ redis: redis.url, clock: realTime });
    await testApp.enrollment.ready();
  });
  beforeEach(async () => {
    name = `away-${(count += 1)}`;
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create());
    await visitor.enterCode(code);
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });

  const back = (): Promise<unknown> =>
    waitUntil(
      async () => ((await testApp.enrollment.health()).ready ? true : undefined),
      () => 'Redis does not come back',
    );

  for (const [how, leave, comeBack] of [
    ['killed', () => redis.kill(), () => redis.start()],
    ['frozen', async () => redis.freeze(), async () => redis.thaw()],
  ] as const) {
    it(`${how} mid-flow: 503 within two seconds; afterwards the same tab continues`, async () => {
      await leave();
      try {
        const { action, hidden } = visitor.form;
        const [health, first] = await Promise.all([
          testApp.enrollment.health(),
          new Visitor(testApp).get(testApp.page),
          assertAway(() => visitor.post(action, { ...hidden, ...accountOf(name) })),
          assertAway(() => visitor.get(testApp.page)),
        ]);
        assert.equal(health.ready, false);
        assert.equal(first.status, 200, 'a first page needs no Redis');
      } finally {
        await comeBack();
      }
      await back();
      assert.equal((await visitor.submit(accountOf(name))).location, '/welcome');
      assert.equal(await visitor.me(), name);
      assert.equal(testApp.members.filter(({ username }) => username === name).length, 1);
    });

    it(`${how} once the account is written: it is reported, and resubmitting makes no second one`, async () => {
      const { users } = testApp;
      const create = users.create;
      const leaving = {
        ...users,
        create: async (...args: Parameters<typeof create>) => {
          const user = await create(...args);
          await leave();
          return user;
        },
      };
      const lent = await openTestApp({
        redis: redis.url,
        clock: realTime,
        users: leaving,
        redemptions: testApp.redemptions,
      });
      await lent.enrollment.ready();
      const other = new Visitor(lent);
      await other.enterCode(code);
      try {
        const answer = await other.submit(accountOf(name));
        assert.match(answer.text, /Your account is ready/);
      } finally {
        await comeBack();
      }
      await waitUntil(
        async () => ((await lent.enrollment.health()).ready ? true : undefined),
        () => 'Redis does not come back',
      );
      const again = await other.submit(accountOf(name));
      // A frozen store may have kept the completion receipt after all: then this is the same form, sent twice.
      if (again.status !== 303) {
        assert.match(again.text, /Your account is ready/);
        assert.equal(await other.me(), null, 'that the account was made does not tell who is asking now');
      }
      assert.equal(testApp.members.filter(({ username }) => username === name).length, 1);
      await lent.close();
    });

    it(`${how}: a signed-in user gets 503, not an anonymous page`, async () => {
      assert.equal((await visitor.submit(accountOf(name))).status, 303);
      await leave();
      try {
        const [me] = await Promise.all([visitor.client.get('/me'), assertAway(() => visitor.get(testApp.page))]);
        assert.equal(me.status, 503);
      } finally {
        await comeBack();
      }
      await back();
      assert.equal(await visitor.me(), name);
    });
  }

  it('full: writes are 503 and leave nothing half-done, reads continue', async () => {
    const client = redis.client();
    const other = new Visitor(testApp);
    await other.open();
    const form = visitor.form;
    const send = () => visitor.post(form.action, { ...form.hidden, ...accountOf(name) });
    await client.config('SET', 'maxmemory', '1');
    try {
      await assertAway(() => other.submit({ invite_code: code }));
      assert.equal((await visitor.get(testApp.page)).status, 200);
      await assertAway(send);
    } finally {
      await client.config('SET', 'maxmemory', '0');
    }
    assert.equal((await send()).location, '/welcome');
    assert.equal(testApp.members.filter(({ username }) => username === name).length, 1);
    assert.equal(await visitor.me(), name);
  });

  it('a read-only replica is 503, never a success', async () => {
    const client = redis.client();
    await client.replicaof('127.0.0.1', '1');
    try {
      await assertAway(() => visitor.submit(accountOf(name)));
    } finally {
      await client.replicaof('NO', 'ONE');
    }
    assert.ok(!testApp.members.some(({ username }) => username === name));
    assert.equal((await visitor.submit(accountOf(name))).location, '/welcome');
  });

  it('a flood of requests gets 503 and has no later effect', async () => {
    redis.freeze();
    try {
      const time = startOwnTime();
      const answers = await Promise.all(Array.from({ length: 300 }, () => visitor.client.get(testApp.page)));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [503]);
      assert.ok(time() < 6000);
    } finally {
      redis.thaw();
    }
    await back();
    assert.equal((await visitor.submit(accountOf(name))).location, '/welcome');
  });

  it('is reported as an event and a warning, never as a server error', () => {
    assert.ok(testApp.events.some((emitted) => emitted.name === 'store.away'));
    assert.deepEqual(
      testApp.log.filter(({ level, text }) => level === 'error' && text.endsWith('a request failed')),
      [],
    );
  });
});

describe('Redis that is down at start', () => {
  it('forms are 503, health is not ready; it reconnects, and everything works', async () => {
    const redis = await startRedis();
    await redis.kill();
    const testApp = await openTestApp({
      redis: redis.url,
      clock: realTime,
      seed: [{ customCode: 'SEEDED-WORD', uses: 3, expires: '2099-01-01T00:00:00Z' }],
    });
    const visitor = new Visitor(testApp);
    assert.equal((await visitor.get(testApp.page)).status, 200);
    await assertAway(() => visitor.submit({ invite_code: 'SEEDED-WORD' }));
    const health = await testApp.enrollment.health();
    assert.equal(health.ready, false);
    assert.ok(health.problem);
    assert.ok(testApp.log.some(({ level, text }) => level === 'warn' && text.startsWith('not ready yet: ')));
    await redis.start();
    await testApp.enrollment.ready();
    const { ready, stores, problem } = await testApp.enrollment.health();
    assert.deepEqual({ ready, stores, problem }, { ready: true, stores: 'redis', problem: null });
    await visitor.follow(await visitor.submit({ invite_code: 'SEEDED-WORD' }));
    assert.equal((await visitor.submit(accountOf('seeded'))).location, '/welcome');
    await testApp.close();
    await redis.stop();
  });

  it('an app can be closed while it is still waiting', async () => {
    const redis = await startRedis();
    await redis.stop();
    const testApp = await openTestApp({ redis: redis.url, clock: realTime });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await testApp.close();
  });
});
