import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { effort } from '../support/campaign.js';
import { summaryOnceRedeemed } from '../support/http/await-redeemed.js';
import { openTestApp, secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startOwnTime } from '../support/own-time.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';

const realTime = { now: () => Date.now() };
const back = (testApp: TestApp): Promise<unknown> =>
  waitUntil(
    async () => ((await testApp.enrollment.health()).ready ? true : undefined),
    () => 'Redis does not come back',
  );

describe('Redis restarted empty', function () {
  let redis: TestRedis;
  let testApp: TestApp;
  const customCode = { customCode: 'SPRING-2099', uses: 3, expires: '2099-01-01T00:00:00Z' };
  before(async () => {
    redis = await startRedis();
    testApp = await openTestApp({ redis: redis.url, clock: realTime, seed: [customCode] });
    await testApp.enrollment.ready();
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });

  it('plans, sessions and generated codes are lost, and visitors learn so; accounts remain', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    const [member, amid] = [new Visitor(testApp), new Visitor(testApp)];
    await member.signUp(code, 'member');
    await new Visitor(testApp).signUp('SPRING-2099', 'spring-1');
    await amid.enterCode(code);
    await redis.kill();
    await redis.start();
    await back(testApp);

    assert.equal(await member.me(), null, 'the session is gone');
    const stale = await amid.submit(accountOf('amid'));
    assert.deepEqual([stale.status, stale.location], [303, testApp.page]);
    const fresh = await amid.follow(stale);
    assert.equal(amid.step, 'invite-code 0');
    assert.match(fresh.text, /took too long|start again|expired|begin again/i);
    assert.match((await amid.submit({ invite_code: code })).text, /can’t find an invitation/);
    assert.deepEqual(
      testApp.members.map(({ username }) => username),
      ['member', 'spring-1'],
    );
  });

  it('a custom code is seeded under its old id: earlier redemptions still count, no seat twice', async () => {
    const { invitations } = testApp.enrollment;
    assert.deepEqual((await invitations.list()).items, []);
    await invitations.seed([customCode]);
    const [seeded] = (await invitations.list()).items;
    assert.equal(seeded?.redeemed, 0);
    assert.equal(await invitations.reconcile(seeded?.id ?? ''), 1);
    await new Visitor(testApp).signUp('SPRING-2099', 'spring-2');
    await new Visitor(testApp).signUp('SPRING-2099', 'spring-3');
    assert.equal((await summaryOnceRedeemed(3, testApp, seeded?.id ?? '')).state, 'used_up');
    const fourth = new Visitor(testApp);
    await fourth.open();
    assert.match((await fourth.submit({ invite_code: 'SPRING-2099' })).text, /has already been used/);
  });

  it('without a reconcile, a seat that has an account is not given to another', async () => {
    await redis.kill();
    await redis.start();
    await back(testApp);
    await testApp.enrollment.invitations.seed([customCode]);
    const visitor = new Visitor(testApp);
    await visitor.enterCode('SPRING-2099');
    assert.equal((await visitor.submit(accountOf('spring-4'))).status, 403);
    assert.equal(testApp.members.filter(({ username }) => username?.startsWith('spring-')).length, 3);
  });
});

describe('Redis down during a flood of requests', function () {
  let redis: TestRedis;
  let client: Redis;
  let testApp: TestApp;
  beforeEach(async () => {
    redis = await startRedis({ persistence: true });
    // A client as an app may configure it: it keeps every command until it has an answer.
    client = new Redis(redis.port, '127.0.0.1', { retryStrategy: () => 50 });
    client.on('error', () => undefined);
    testApp = await openTestApp({ redis: client, clock: realTime });
    await testApp.enrollment.ready();
  });
  afterEach(async () => {
    await testApp.close();
    client.disconnect();
    await redis.stop();
  });

  // ioredis has no public member for the commands that it keeps.
  const kept = (): number =>
    ['commandQueue', 'offlineQueue'].reduce(
      (sum, queue) => sum + Number(Reflect.get(Reflect.get(client, queue), 'length')),
      0,
    );

  for (const [how, waves, leave, comeBack] of [
    ['killed', 2, () => redis.kill(), () => redis.start()],
    ['frozen', effort(4, 10), async () => redis.freeze(), async () => redis.thaw()],
  ] as const) {
    it(`${how}, ${waves * 500} requests: all 503, many at once; the backlog stays bounded`, async function () {
      const visitor = new Visitor(testApp);
      await visitor.enterCode((await testApp.enrollment.invitations.create()).code);
      await leave();
      const took: number[] = [];
      const statuses = new Set<number>();
      let most = 0;
      try {
        for (let wave = 0; wave < waves; wave += 1) {
          await Promise.all(
            Array.from({ length: 500 }, async () => {
              const ownTime = startOwnTime();
              statuses.add((await visitor.client.get(testApp.page)).status);
              took.push(ownTime());
            }),
          );
          most = Math.max(most, kept());
        }
      } finally {
        await comeBack();
      }
      assert.deepEqual([...statuses], [503]);
      assert.equal(took.length, waves * 500);
      assert.ok(most <= 1600, `${most} commands were kept`);
      assert.ok(Math.max(...took) < 6000, `the longest took ${Math.max(...took)} ms`);
      // If each waited for Redis, none would be. On a slow machine, the work of 500 at a time takes as long as such a wait.
      const quick = took.filter((milliseconds) => milliseconds < 1800).length;
      assert.ok(quick >= (waves * 500) / 4, `${quick} were quick`);
      await back(testApp);
      assert.equal((await visitor.submit(accountOf(`flood-${how}`))).location, '/welcome');
      this.test!.title += ` (${quick} at once; ${most} commands kept)`;
    });
  }
});

describe('Redis that denies access', function () {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  it('a wrong password: reported by log and health check, forms return 503, Redis is retried', async () => {
    await redis.client().call('ACL', 'SETUSER', 'club', 'on', '>right', '~*', '&*', '+@all');
    const testApp = await openTestApp({ redis: `redis://club:wrong@127.0.0.1:${redis.port}`, clock: realTime });
    await waitUntil(
      () => (testApp.log.some(({ fields }) => /WRONGPASS/.test(String(fields['err']))) ? true : undefined),
      () => `nothing is told: ${testApp.log.map(({ text, fields }) => `${text} ${String(fields['err'])}`).join('; ')}`,
    );
    const visitor = new Visitor(testApp);
    await visitor.open();
    assert.equal((await visitor.submit({ invite_code: 'SOME-WORD-9' })).status, 503);
    assert.equal((await testApp.enrollment.health()).ready, false);
    await redis.client().call('ACL', 'SETUSER', 'club', '>wrong');
    await back(testApp);
    await testApp.close();
  });

  for (const command of ['evalsha', 'set', 'get', 'zadd', 'hset', 'time', 'ping']) {
    it(`denying only ${command.toUpperCase()}: 503 or success, and operators are notified`, async () => {
      await redis.client().call('ACL', 'SETUSER', `no-${command}`, 'on', '>p', '~*', '&*', '+@all');
      const testApp = await openTestApp({ redis: `redis://no-${command}:p@127.0.0.1:${redis.port}`, clock: realTime });
      await testApp.enrollment.ready();
      const { code } = await testApp.enrollment.invitations.create();
      const visitor = new Visitor(testApp);
      await visitor.open();
      await redis.client().call('ACL', 'SETUSER', `no-${command}`, `-${command}`);
      const answers = [await visitor.submit({ invite_code: code })];
      if (visitor.step.startsWith('account')) answers.push(await visitor.submit(accountOf(`acl-${command}`)));
      else {
        await visitor.open();
        if (visitor.step.startsWith('account')) answers.push(await visitor.submit(accountOf(`acl-${command}`)));
      }
      await testApp.enrollment.health();
      await testApp.enrollment.invitations.create().catch(() => undefined);
      assert.ok(
        answers.every(({ status }) => [303, 503].includes(status)),
        answers.map(({ status, text }) => `${status} ${text}`).join('\n'),
      );
      const said = [
        ...testApp.log.map(({ fields }) => String(fields['err'])),
        (await testApp.enrollment.health()).problem ?? '',
        await testApp.enrollment.invitations.create().then(() => '', String),
      ].join('\n');
      assert.match(said, /NOPERM|The user executing the script can't run this command/);
      await redis.client().call('ACL', 'SETUSER', `no-${command}`, '+@all');
      await visitor.open();
      if (visitor.step.startsWith('invite-code')) await visitor.follow(await visitor.submit({ invite_code: code }));
      if (visitor.step.startsWith('account')) await visitor.submit(accountOf(`acl-${command}`));
      assert.equal(testApp.members.filter(({ username }) => username === `acl-${command}`).length, 1);
      await testApp.close();
    });
  }
});

describe('clocks of Redis and the app that differ by an hour', () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  for (const [what, hours] of [
    ['ahead', 1],
    ['behind', -1],
  ] as const) {
    it(`the app is ${what}: an invitation ends by the clock of Redis, at the code and the write`, async () => {
      const testApp = await openTestApp({
        redis: redis.url,
        secret: secrets[0],
        clock: { now: () => Date.now() + hours * 3_600_000 },
      });
      await testApp.enrollment.ready();
      const end = new Date(Date.now() + 1500);
      // The app's clock refuses an `expires` in the past. An invitation created while that clock is ahead gets its end
      // by an edit.
      const { id, code } = await testApp.enrollment.invitations.create({
        uses: 5,
        expires: new Date(Date.now() + 10 * 3_600_000),
      });
      await testApp.enrollment.invitations.extend(id, { expires: end });
      const [early, late, latest] = [new Visitor(testApp), new Visitor(testApp), new Visitor(testApp)];
      await early.signUp(code, `early-${what}`);
      await late.enterCode(code);
      await latest.open();
      await new Promise((resolve) => setTimeout(resolve, end.getTime() - Date.now() + 5));
      assert.equal((await late.submit(accountOf(`late-${what}`))).status, 403);
      assert.match((await latest.submit({ invite_code: code })).text, /expired/);
      assert.deepEqual(
        testApp.members.map(({ username }) => username),
        [`early-${what}`],
      );
      assert.equal(await early.me(), `early-${what}`);
      await testApp.close();
    });
  }
});
