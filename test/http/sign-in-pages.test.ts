import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { password } from '../support/account.js';
import { member, openSignInApp, signInPage } from '../support/http/sign-in-app.js';
import type { TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('signing in on two pages', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let name: string;
  let count = 0;
  before(async () => {
    testApp = await openSignInApp({}, { passwordPage: true });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    await member(testApp, (name = `member-${(count += 1)}`));
  });

  async function say(typed: string, person = visitor): Promise<void> {
    await person.open(signInPage);
    await person.follow(await person.submit({ uid_field: typed }));
  }

  it('asks for the name, then for the password, and signs in', async () => {
    await visitor.open(signInPage);
    assert.equal(visitor.step, 'identification 0');
    assert.doesNotMatch(visitor.page.text, /name="password"/);
    assert.match(visitor.page.text, /<button[^>]*>Continue<\/button>/);
    await say(name.toUpperCase());
    assert.equal(visitor.step, 'password 1');
    assert.match(visitor.page.text, /<h1[^>]*>Enter your password<\/h1>/);
    assert.match(
      visitor.page.text,
      new RegExp(`name="uid_field"[^>]*value="${name.toUpperCase()}"[^>]*autocomplete="username"[^>]*readonly`),
    );
    const answer = await visitor.submit({ password });
    assert.deepEqual([answer.status, answer.location], [303, '/inside']);
    assert.equal(await visitor.me(), name);
  });

  it('the second page is the same for any name, and reveals nothing of the account', async () => {
    const [known, unknown] = [new Visitor(testApp), new Visitor(testApp)];
    await say(name, known);
    await say('nobody-at-all', unknown);
    const blank = (text: string): string => text.replace(/ value="[^"]*"/g, '');
    assert.equal(blank(known.page.text), blank(unknown.page.text));
    const answers = [
      await known.submit({ password: 'something else' }),
      await unknown.submit({ password: 'something else' }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [422, 422],
    );
    assert.equal(blank(answers[0]?.text ?? ''), blank(answers[1]?.text ?? ''));
  });

  it('accepts no other name mid-flow', async () => {
    const other = await member(testApp, `${name}-other`);
    await say(name);
    await visitor.submit({ password, uid_field: other.username ?? '' });
    assert.equal(await visitor.me(), name);
  });

  it('stores the name and never the password; a wrong one changes nothing', async () => {
    await say(name);
    const before = visitor.step;
    assert.equal((await visitor.submit({ password: 'something else' })).status, 422);
    assert.equal(visitor.step, before);
    assert.equal((await visitor.submit({ password })).status, 303);
  });

  it('ends after five wrong passwords, and starts over with the name', async () => {
    await say(name);
    const statuses: number[] = [];
    for (let times = 0; times < 5; times += 1)
      statuses.push((await visitor.submit({ password: `wrong ${times}` })).status);
    assert.deepEqual(statuses, [422, 422, 422, 422, 403]);
    const { action, hidden } = visitor.form;
    const late = await visitor.post(action, { ...hidden, password });
    assert.equal(late.status, 303, 'the plan is gone, and so is what it knew');
    assert.equal(await visitor.me(), null);
    await visitor.open(signInPage);
    assert.equal(visitor.step, 'identification 0');
  });

  it('can be canceled, with fitting texts', async () => {
    await say(name);
    assert.match(visitor.page.text, new RegExp(`href="${signInPage}cancel/"`));
    const answer = await visitor.get(`${signInPage}cancel/`);
    assert.match(answer.text, /Leave this page\?/);
    assert.doesNotMatch(answer.text, /sign(ing)? up/i);
    const stopped = await visitor.follow(await visitor.submit({}));
    assert.match(stopped.text, /Canceled\./);
    assert.equal(visitor.step, 'identification 0');
  });

  it('F1: a form sent while a user is signed in says so and redirects nowhere', async () => {
    await say(name);
    const tab = visitor.form;
    const session = new Visitor(testApp);
    await say(name, session);
    await session.submit({ password });
    visitor.client.cookies.set('enrollment.sid', session.client.cookies.get('enrollment.sid') ?? '');
    const answer = await visitor.post(tab.action, { ...tab.hidden, password });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /already signed in/);
  });

  it('F1: a name typed in a second tab after the first signed in never opens that account', async () => {
    const other = await member(testApp, `${name}-other`);
    await visitor.open(signInPage);
    const tab = visitor.form;
    await visitor.follow(await visitor.submit({ uid_field: name }));
    await visitor.submit({ password });
    assert.equal(await visitor.me(), name);
    const answer = await visitor.post(tab.action, { ...tab.hidden, uid_field: other.username ?? '' });
    assert.equal(answer.status, 403);
    assert.match(answer.text, new RegExp(`signed in as ${name}\\.`));
  });
});

describe('what a plan stores for a sign-in', () => {
  it('is the name while the password is asked for, and afterwards the user id', async () => {
    const plans: string[] = [];
    const { startRedis } = await import('../support/redis-server.js');
    const redis = await startRedis();
    const testApp = await openSignInApp(
      { redis: redis.url, clock: { now: () => Date.now() } },
      { passwordPage: true, staySignedInSeconds: 60 },
    );
    try {
      await testApp.enrollment.ready();
      const { id } = await member(testApp, 'ann');
      const visitor = new Visitor(testApp);
      const stored = async (): Promise<string> => {
        const client = redis.client();
        const keys = await client.keys('*');
        const values = await Promise.all(
          keys.map(async (key) => {
            const type = await client.type(key);
            if (type === 'zset') return client.zrange(key, '0', '-1');
            if (type === 'set') return client.smembers(key);
            if (type === 'list') return client.lrange(key, 0, -1);
            return type === 'string' ? client.get(key) : client.hgetall(key);
          }),
        );
        plans.push(...keys, JSON.stringify(values));
        return JSON.stringify(values);
      };
      await visitor.open(signInPage);
      await visitor.follow(await visitor.submit({ uid_field: 'ann@example.com' }));
      assert.match(await stored(), /pending_user_identifier/);
      await visitor.submit({ password: 'a wrong canary' });
      await stored();
      await visitor.submit({ password, remember_me: 'yes' });
      const last = await stored();
      assert.ok(last.includes(id) && !last.includes('ann@example.com'), last);
      assert.ok(plans.every((text) => !text.includes(password) && !text.includes('a wrong canary')));
    } finally {
      await testApp.close();
      await redis.stop();
    }
  });
});
