import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

type Answer = Awaited<ReturnType<Visitor['submit']>>;

for (const stores of ['memory', 'Redis']) {
  describe(`new plans, over ${stores}`, () => {
    let testApp: TestApp;
    let redis: TestRedis | undefined;
    const open = async (points: number): Promise<void> => {
      redis ??= stores === 'Redis' ? await startRedis() : undefined;
      await redis?.client().flushall();
      testApp = await openTestApp({
        ...(redis === undefined ? {} : { redis: redis.url, clock: { now: () => Date.now() } }),
        clientKey: (req) => String(req.headers['x-client'] ?? 'one-client'),
        rateLimits: { newPlans: { perClient: { points, windowSeconds: 600 } } },
      });
      await testApp.enrollment.ready();
    };
    afterEach(() => testApp.close());
    after(() => redis?.stop());

    const begin = async (code: string, headers: Record<string, string> = {}): Promise<[Visitor, Answer]> => {
      const visitor = new Visitor(testApp);
      await visitor.open();
      return [visitor, await visitor.submit({ invite_code: code }, headers)];
    };

    it('F20: one client begins no more plans than the limit, and others are not stored', async () => {
      await open(3);
      const { code, id } = await testApp.enrollment.invitations.create({ uses: 10, reserve: '15m' });
      for (let times = 0; times < 3; times += 1) assert.equal((await begin(code))[1].status, 303);
      const [visitor, over] = await begin(code);
      assert.equal(over.status, 429);
      const seconds = Number(over.headers['retry-after']);
      assert.ok(seconds > 0 && seconds <= 600, String(seconds));
      assert.match(over.text, /too many unfinished sign-ups and sign-ins on your network/);
      const keys = (await redis?.client().keys('enrollment:plan:*')) ?? [];
      if (redis !== undefined) assert.equal(keys.length, 3);
      assert.equal((await testApp.enrollment.invitations.get(id)).held, 3, 'no place is kept for it');
      await visitor.open();
      assert.equal(visitor.step.split(' ')[0], 'invite-code');
      assert.equal((await begin(code, { 'x-client': 'another' }))[1].status, 303);
    });

    it('F20: finished plans free their slots: many people sign up from one address', async () => {
      await open(2);
      const { code } = await testApp.enrollment.invitations.create({ uses: 10 });
      for (const name of ['ann', 'bea', 'cleo', 'dora', 'eve']) {
        const [visitor, answer] = await begin(code);
        assert.equal(answer.status, 303, name);
        await visitor.follow(answer);
        assert.equal((await visitor.submit(accountOf(name))).location, '/welcome');
      }
    });

    it('F20: the same final form, sent many times at once, frees one plan', async () => {
      await open(4);
      const { code } = await testApp.enrollment.invitations.create({ uses: 10 });
      const [visitor, first] = await begin(code);
      await visitor.follow(first);
      await begin(code);
      await begin(code);
      const { form } = visitor;
      await Promise.all(
        Array.from({ length: 6 }, () => visitor.post(form.action, { ...form.hidden, ...accountOf('ann') })),
      );
      // Two plans are unfinished: two more may start.
      const statuses = [];
      for (let times = 0; times < 3; times += 1) statuses.push((await begin(code))[1].status);
      assert.deepEqual(statuses, [303, 303, 429]);
    });
  });
}
