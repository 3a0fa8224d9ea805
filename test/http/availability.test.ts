import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  definePolicy,
  inviteCode,
  inviteCodePrompt,
  password,
  promptStage,
  text,
  userLogin,
  userWrite,
} from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

/** A page that looks names up in a policy only, and is never passed. */
const asking = defineFlow({
  slug: 'asking',
  title: 'Join',
  designation: 'enrollment',
  stages: [
    promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
    promptStage({
      name: 'account',
      prompts: [text({ key: 'username', label: 'Name' })],
      validation: [
        definePolicy({
          name: 'taken',
          fields: ['username'],
          check: async ({ answers, services, enrollmentId }) =>
            (await services.accounts.taken('username', String(answers['username']), enrollmentId))
              ? 'This name is taken.'
              : 'This name is free.',
        }),
      ],
    }),
    userWrite({ name: 'write' }),
    userLogin({ name: 'login' }),
  ],
});

type Answer = Awaited<ReturnType<Visitor['submit']>>;

/** An account page whose username is a plain text: only the write checks whether it is free. */
const plain = defineFlow({
  slug: 'plain',
  title: 'Join',
  designation: 'enrollment',
  target: '/welcome',
  stages: [
    promptStage({
      name: 'code',
      prompts: [inviteCodePrompt({ key: 'invite_code', label: 'Code' })],
      validation: [inviteCode()],
    }),
    promptStage({
      name: 'account',
      prompts: [text({ key: 'username', label: 'Name' }), password({ key: 'password', label: 'Password' })],
    }),
    userWrite({ name: 'write' }),
    userLogin({ name: 'login' }),
  ],
});

for (const stores of ['memory', 'Redis']) {
  describe(`whether names and addresses have accounts, over ${stores}`, () => {
    let testApp: TestApp;
    let redis: TestRedis | undefined;
    let code: string;
    let client: string;
    let count = 0;
    const open = async (options: TestAppOptions = {}): Promise<void> => {
      redis ??= stores === 'Redis' ? await startRedis() : undefined;
      testApp = await openTestApp({
        ...(redis === undefined
          ? {}
          : { redis: redis.url, keyPrefix: `t${(count += 1)}:`, clock: { now: () => Date.now() } }),
        clientKey: (req) => String(req.headers['x-client'] ?? req.ip),
        ...options,
      });
      await testApp.enrollment.ready();
      ({ code } = await testApp.enrollment.invitations.create({ uses: 1000 }));
    };
    beforeEach(() => {
      client = 'one-client';
    });
    afterEach(() => testApp.close());
    after(() => redis?.stop());

    const atAccountPage = async (): Promise<Visitor> => {
      const visitor = new Visitor(testApp);
      await visitor.enterCode(code);
      return visitor;
    };
    const send = (visitor: Visitor, name: string, more: Record<string, string> = {}): Promise<Answer> =>
      visitor.submit({ ...accountOf(name), ...more }, { 'x-client': client });
    const looks = (text: string): string => text.replace(/ value="[^"]*"/g, '');

    it('F20: one code reveals no more accounts than the limits allow', async () => {
      await open({ rateLimits: { availability: { perClient: { points: 50, windowSeconds: 600 } } } });
      await (await atAccountPage()).submit(accountOf('ann'));
      const visitor = await atAccountPage();
      const statuses: number[] = [];
      for (let times = 0; times < 30; times += 1) statuses.push((await send(visitor, 'ann')).status);
      assert.deepEqual(
        [statuses.filter((one) => one === 422).length, statuses.filter((one) => one === 429).length],
        [20, 10],
      );

      // A plan of its own for every address: the client's own limit stops that.
      let emitted = 20;
      for (let plans = 0; plans < 4; plans += 1) {
        const next = await atAccountPage();
        for (let times = 0; times < 12; times += 1) emitted += (await send(next, 'ann')).status === 422 ? 1 : 0;
      }
      assert.ok(emitted <= 50, String(emitted));
    });

    it('F20: over the limit, free names look taken, and an invalid form reveals no more', async () => {
      await open({ rateLimits: { availability: { perPlan: { points: 4, windowSeconds: 600 } } } });
      await (await atAccountPage()).submit(accountOf('ann'));
      const visitor = await atAccountPage();
      // Invalid forms, with free names and taken ones.
      for (const name of ['ann', 'bea', 'ann', 'cleo'])
        assert.equal((await send(visitor, name, { password_repeat: 'something else' })).status, 422);
      const before = testApp.members.length;
      const [taken, free] = [await send(visitor, 'ann'), await send(visitor, 'dora')];
      assert.deepEqual([taken.status, free.status], [429, 429]);
      assert.equal(looks(taken.text), looks(free.text));
      assert.match(free.text, /Too many usernames or email addresses were checked\. Try again in 10 min/);
      const seconds = Number(free.headers['retry-after']);
      assert.ok(seconds > 0 && seconds <= 600, String(seconds));
      assert.equal(testApp.members.length, before);
    });

    it('F20: parallel forms get no more results than the limit', async () => {
      await open({ rateLimits: { availability: { perClient: { points: 5, windowSeconds: 600 } } } });
      await (await atAccountPage()).submit(accountOf('ann'));
      // One after the other: codes that are checked at once count until they are right, and share a limit.
      const visitors: Visitor[] = [];
      while (visitors.length < 20) visitors.push(await atAccountPage());
      const answers = await Promise.all(visitors.map((visitor) => send(visitor, 'ann')));
      assert.equal(answers.filter(({ status }) => status === 422).length, 5);
    });

    it('F20: three taken names are not limited, and created accounts cost nothing', async () => {
      await open({ rateLimits: { availability: { perClient: { points: 4, windowSeconds: 600 } } } });
      for (const name of ['ann', 'bea', 'cleo', 'dora', 'eve', 'fay'])
        assert.equal((await send(await atAccountPage(), name)).status, 303, name);
      const visitor = await atAccountPage();
      for (const name of ['ann', 'bea', 'cleo']) assert.equal((await send(visitor, name)).status, 422);
      assert.equal((await send(visitor, 'gil')).status, 303);
    });

    it('F20: what only the write reveals is counted as well', async () => {
      await open({ flows: [plain], rateLimits: { availability: { perPlan: { points: 3, windowSeconds: 600 } } } });
      await (await atAccountPage()).submit({ username: 'ann', password: 'velvet tram over the harbour' });
      const visitor = await atAccountPage();
      const statuses: number[] = [];
      for (const username of ['ann', 'ann', 'ann', 'ann', 'bea']) {
        const answer = await visitor.submit(
          { username, password: 'velvet tram over the harbour' },
          { 'x-client': client },
        );
        statuses.push(answer.status);
      }
      assert.deepEqual(statuses, [422, 422, 422, 429, 429]);
      assert.equal(testApp.members.length, 1);
    });

    it('F20: what a policy looks up is counted, and over the limit its page says so', async () => {
      await open({ flows: [asking], rateLimits: { availability: { perPlan: { points: 3, windowSeconds: 600 } } } });
      const visitor = await atAccountPage();
      const answers: Answer[] = [];
      for (const username of ['nobody-1', 'nobody-2', 'nobody-3', 'nobody-4'])
        answers.push(await visitor.submit({ username }, { 'x-client': client }));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [422, 422, 422, 429],
      );
      const limited = answers.at(-1)?.text ?? '';
      assert.match(limited, /Too many usernames or email addresses were checked/);
      assert.match(limited, /name="username"/);
      assert.doesNotMatch(limited, /This name is free/);
    });
  });
}
