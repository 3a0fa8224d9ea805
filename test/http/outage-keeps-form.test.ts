import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import { accountOf, password } from '../support/account.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { waitUntil } from '../support/wait-until.js';

describe('a form that is sent while a store is away', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  let visitor: Visitor;
  let code: string;
  const away = { users: false };
  before(async () => {
    redis = await startRedis({ persistence: true });
  });
  beforeEach(async () => {
    const { users, redemptions } = memoryUsers();
    const guarded = {
      ...users,
      findByLogin: (...asked: Parameters<typeof users.findByLogin>) =>
        away.users ? Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')) : users.findByLogin(...asked),
    };
    testApp = await openTestApp({
      redis: redis.url,
      clock: { now: () => Date.now() },
      users: guarded,
      redemptions,
      flows: [signup, signInFlow({ slug: 'sign-in' })],
      languages: ['en', 'de'],
    });
    await testApp.enrollment.ready();
    ({ code } = await testApp.enrollment.invitations.create());
    visitor = new Visitor(testApp);
  });
  afterEach(async () => {
    away.users = false;
    await testApp.close();
  });
  after(() => redis.stop());

  const back = (): Promise<unknown> =>
    waitUntil(
      async () => ((await testApp.enrollment.health()).ready ? true : undefined),
      () => 'Redis does not come back',
    );
  async function whileAway<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    await redis.kill();
    try {
      return await send();
    } finally {
      await redis.start();
    }
  }

  const valuesOf = (): Readonly<Record<string, string>> =>
    Object.fromEntries(visitor.form.controls.map(({ name, value }) => [name, value]));

  it('is shown again with what was typed, except for passwords, and works once Redis is back', async () => {
    await visitor.enterCode(code);
    const { signature } = visitor;
    const account = accountOf('ann');
    const answer = await whileAway(() => visitor.submit(account));
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    assert.match(answer.text, /What you entered is still here, except for passwords/);
    assert.match(answer.text, /<button[^>]*>Try again<\/button>/);
    assert.match(answer.text, /Reference: \w{8}/);
    assert.ok(!answer.text.includes(password));
    assert.match(answer.text, /<input[^>]* name="password"[^>]* autofocus>/);
    assert.deepEqual(valuesOf(), {
      enrollment_step: signature,
      username: 'ann',
      email: 'ann@example.com',
      password: '',
      password_repeat: '',
    });
    await back();
    const done = await visitor.submit({ ...account, ...valuesOf(), password, password_repeat: password });
    assert.equal(done.location, '/welcome');
    assert.equal(await visitor.me(), 'ann');
  });

  it('keeps a code, and is accepted as it is', async () => {
    await visitor.open();
    await whileAway(async () => {
      const answer = await visitor.submit({ invite_code: code });
      assert.equal(answer.status, 503);
      assert.match(answer.text, /What you entered is still here\. /);
      assert.equal(valuesOf()['invite_code'], code);
      const german = await visitor.client.post(testApp.page, { ...valuesOf(), enrollment_locale: 'de' });
      assert.equal(german.status, 503);
      assert.match(german.text, new RegExp(`<html lang="de"[^]* name="invite_code" type="text" value="${code}"`));
    });
    await back();
    assert.equal((await visitor.submit(valuesOf())).status, 303);
  });

  it('keeps the saved password while the user store is away', async () => {
    await visitor.enterCode(code);
    await visitor.submit({ ...accountOf('ann'), username: 'root' });
    assert.match(visitor.page.text, /Your password is saved/);
    away.users = true;
    const answer = await visitor.submit({ username: 'ann', email: 'ann@example.com' });
    assert.equal(answer.status, 503);
    assert.match(answer.text, /Your password is saved/);
    away.users = false;
    assert.equal((await visitor.submit({ username: 'ann', email: 'ann@example.com' })).location, '/welcome');
  });

  it('keeps the name of a sign-in', async () => {
    await visitor.open('/if/flow/sign-in/');
    away.users = true;
    const answer = await visitor.submit({ uid_field: 'ann', password });
    assert.equal(answer.status, 503);
    assert.equal(valuesOf()['uid_field'], 'ann');
    assert.ok(!answer.text.includes(password));
  });

  it('shows nothing that a forged form brought', async () => {
    await visitor.enterCode(code);
    const { action } = visitor.form;
    await redis.kill();
    try {
      const answer = await visitor.post(action, { enrollment_step: '1.account.forged', username: 'planted' });
      assert.ok(!answer.text.includes('planted'));
    } finally {
      await redis.start();
    }
  });
});
