import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { recoveryFlow } from '../../lib/flows.js';
import { defineFlow, definePolicy, identification, promptStage, signInFlow, text, userLogin } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
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
  before(async () => {
    redis = await startRedis({ args: ['--save', '3600 100000'] });
    testApp = await openTestApp({
      redis: redis.url,
      mailer,
      flows: [signInFlow({ slug: 'sign-in' }), twoPages, recoveryFlow({ slug: 'recovery', signIn: true })],
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
});
