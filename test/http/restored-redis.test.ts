import assert from 'node:assert/strict';
import { urlencoded, type ErrorRequestHandler } from 'express';
import { after, before, describe, it } from 'mocha';
import { recoveryFlow } from '../../lib/flows.js';
import {
  defineFlow,
  definePolicy,
  identification,
  memoryUsers,
  promptStage,
  signInFlow,
  text,
  userLogin,
} from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { accountOf, password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const next = 'a new and quite long password';
const twoPages = defineFlow({
  slug: 'two-pages',
  title: 'Sign in',
  designation: 'authentication',
  stages: [
    identification({ name: 'identification', password: true }),
    promptStage({
      name: 'news',
      prompts: [text({ key: 'news', label: 'News', required: false })],
      validation: [definePolicy({ name: 'read', consumes: ['news'], check: () => true })],
    }),
    userLogin({ name: 'user-login' }),
  ],
});

describe('CVE-2025-29928: a Redis that starts from a snapshot of before a new password', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  const mailer = memoryMailer();
  const store = memoryUsers();
  before(async () => {
    redis = await startRedis({ args: ['--save', '3600 100000'] });
    testApp = await openTestApp({
      redis: redis.url,
      mailer,
      users: store.users,
      redemptions: store.redemptions,
      flows: [signup, signInFlow({ slug: 'sign-in' }), twoPages, recoveryFlow({ slug: 'recovery', signIn: true })],
      after(app, enrollment) {
        const handler = enrollment.requireInvite({}, async (req, res, invite) => {
          const { username, email } = req.body as Readonly<Record<string, string>>;
          const names = { username: username ?? null, email: email ?? null };
          const user = await invite.redeem((redemption) =>
            store.users.create({ ...names, name: null, passwordHash: '$typed', data: {} }, redemption),
          );
          await enrollment.signIn(req, res, user);
          res.redirect(303, '/welcome');
        });
        app.post('/own-signup', urlencoded(), handler);
        app.use(((error, _req, res, _next) => res.sendStatus(error.status ?? 500)) satisfies ErrorRequestHandler);
      },
    });
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });

  it('brings back the plan and the receipt, which sign in no more, and no other plan ends', async () => {
    await member(testApp, 'ann');
    await member(testApp, 'bob');
    const waiting = new Visitor(testApp);
    await waiting.open('/if/flow/two-pages/');
    await waiting.follow(await waiting.submit({ uid_field: 'ann', password }));
    assert.equal(waiting.step.split(' ')[0], 'news');
    const bob = new Visitor(testApp);
    await bob.open('/if/flow/two-pages/');
    await bob.follow(await bob.submit({ uid_field: 'bob', password }));
    const signedIn = new Visitor(testApp);
    await signedIn.open('/if/flow/sign-in/');
    const { action, hidden } = signedIn.form;
    const fields = { ...hidden, uid_field: 'ann', password };
    assert.equal((await signedIn.post(action, fields)).status, 303);
    await redis.client().save();

    const owner = new Visitor(testApp);
    await owner.open('/if/flow/recovery/');
    await owner.follow(await owner.submit({ uid_field: 'ann' }));
    await owner.follow(await owner.submit({ code: mailer.codeIn(await mailer.next('ann@example.com')) ?? '' }));
    testApp.clock.advance(1000);
    assert.equal((await owner.submit({ password: next })).status, 303);
    assert.equal(await owner.me(), 'ann');

    await redis.kill();
    await redis.start();
    await redis.client().ping();
    const answer = await waiting.submit({ news: 'none' });
    assert.equal(answer.status, 303, answer.text);
    await signedIn.post(action, fields);
    assert.deepEqual([await waiting.me(), await signedIn.me()], [null, null]);
    await bob.submit({ news: 'none' });
    assert.equal(await bob.me(), 'bob');
    const again = new Visitor(testApp);
    assert.equal((await signIn(again, 'ann', next)).status, 303);
  });

  for (const [title, changes] of [
    ['signs in no more, once the password was changed', true],
    ['signs in, where the password is the same', false],
  ] as const)
    it(`brings back the form of a sign-up, which ${title}`, async () => {
      const [byFlow, byRoute] = [new Visitor(testApp), new Visitor(testApp)];
      const { enrollment, users } = testApp;
      await byFlow.enterCode((await enrollment.invitations.create()).code);
      const { action, hidden } = byFlow.form;
      const one: Readonly<Record<string, string>> = { ...hidden, ...accountOf(`flow-${String(changes)}`) };
      assert.equal((await byFlow.post(action, one)).status, 303);
      const { code } = await enrollment.invitations.create();
      const other = {
        invite_code: code,
        username: `route-${String(changes)}`,
        email: `route-${String(changes)}@example.com`,
      };
      assert.equal((await byRoute.post('/own-signup', other)).location, '/welcome');
      const people = [one['username'] ?? '', other.username];
      assert.deepEqual([await byFlow.me(), await byRoute.me()], people);
      await redis.client().save();

      testApp.clock.advance(1000);
      for (const name of changes ? people : []) {
        const user = await users.findByLogin('username', name);
        assert.ok(user);
        await store.users.update(user, { passwordHash: '$next', passwordChangedAt: testApp.clock.now() });
        await enrollment.sessions.endAll(user.id);
      }
      await redis.kill();
      await redis.start();
      await redis.client().ping();
      for (const visitor of [byFlow, byRoute]) visitor.client.cookies.set('enrollment.sid', '');
      await byFlow.post(action, one);
      await byRoute.post('/own-signup', other);
      assert.deepEqual([await byFlow.me(), await byRoute.me()], changes ? [null, null] : people);
    });
});
