import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import type { HtmlForm } from '../support/html-form.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('after a flow has finished', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let last: HtmlForm;
  let codePage: HtmlForm;
  let code: string;
  let name: string;
  let count = 0;
  before(async () => {
    testApp = await openTestApp({ mount: '/join' });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    name = `done-${(count += 1)}`;
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create());
    await visitor.open(`${testApp.page}?next=/courses`);
    codePage = visitor.form;
    await visitor.follow(await visitor.submit({ invite_code: code }));
    last = visitor.form;
    assert.equal((await visitor.submit(accountOf(name))).location, '/courses');
  });

  const accountsOfThisTest = (): number => testApp.members.filter(({ username }) => username === name).length;

  it('going back and reloading redirect to its target', async () => {
    for (let times = 0; times < 3; times += 1) {
      const answer = await visitor.get(testApp.page);
      assert.deepEqual([answer.status, answer.location], [303, '/courses']);
    }
    assert.equal(await visitor.me(), name);
  });

  it('the bookmarked page starts over later, for a visitor who is not signed in', async () => {
    testApp.clock.advance(121_000);
    visitor.client.cookies.set('enrollment.sid', 'none');
    const page = await visitor.open();
    assert.equal(page.status, 200);
    assert.equal(visitor.step, 'invite-code 0');
  });

  it('the last form, resent within two minutes, signs in again and makes no second account', async () => {
    testApp.clock.advance(119_000);
    visitor.client.cookies.set('enrollment.sid', 'lost');
    assert.equal(await visitor.me(), null);
    const answer = await visitor.post(last.action, { ...last.hidden, ...accountOf(name) });
    assert.deepEqual([answer.status, answer.location], [303, '/courses']);
    assert.equal(await visitor.me(), name);
    assert.equal(accountsOfThisTest(), 1);
  });

  for (const [what, changed] of [
    ['of somebody else', accountOf('somebody-else')],
    ['that are empty', { username: '', email: '', password: '', password_repeat: '' }],
  ] as const)
    it(`the last form, sent again with answers ${what}, does not sign in and starts over`, async () => {
      visitor.client.cookies.set('enrollment.sid', 'lost');
      const answer = await visitor.post(last.action, { ...last.hidden, ...accountOf(name), ...changed });
      assert.deepEqual([answer.status, answer.location], [303, testApp.page]);
      assert.equal(await visitor.me(), null);
      assert.equal(accountsOfThisTest(), 1);
      assert.ok(!testApp.members.some(({ username }) => username === 'somebody-else'));
      await visitor.open();
      assert.equal(visitor.step, 'invite-code 0', 'the next person begins with a code of their own');
    });

  it('the last form, sent again with another password, says that the account is ready, and does not sign in', async () => {
    visitor.client.cookies.set('enrollment.sid', 'lost');
    const other = { password: 'a wholly other passphrase', password_repeat: 'a wholly other passphrase' };
    const answer = await visitor.post(last.action, { ...last.hidden, ...accountOf(name), ...other });
    assert.equal(answer.status, 200);
    assert.match(answer.text, /Your account is ready/);
    assert.equal(await visitor.me(), null);
    assert.equal(accountsOfThisTest(), 1);
  });

  it('the last form, resent after two minutes, reports the account and does not sign in', async () => {
    testApp.clock.advance(120_000);
    visitor.client.cookies.set('enrollment.sid', 'lost');
    const answer = await visitor.post(last.action, { ...last.hidden, ...accountOf(name) });
    assert.equal(answer.status, 200);
    assert.match(answer.text, /Your account is ready/);
    assert.equal(await visitor.me(), null);
    assert.equal(accountsOfThisTest(), 1);
  });

  it('the last form, resent the day after, does not sign in either', async () => {
    for (const hours of [2, 25]) {
      testApp.clock.advance(hours * 60 * 60 * 1000);
      visitor.client.cookies.set('enrollment.sid', 'lost');
      const answer = await visitor.post(last.action, { ...last.hidden, ...accountOf(name) });
      assert.ok(hours === 2 ? /Your account is ready/.test(answer.text) : answer.status === 303, answer.text);
      assert.equal(await visitor.me(), null);
      assert.equal(accountsOfThisTest(), 1);
    }
  });

  it('the code page of another tab makes no second account and does not sign in', async () => {
    visitor.client.cookies.set('enrollment.sid', 'lost');
    const answer = await visitor.post(codePage.action, { ...codePage.hidden, invite_code: code });
    assert.match(answer.text, /Your account is ready/);
    assert.equal(await visitor.me(), null);
    assert.equal(accountsOfThisTest(), 1);
  });

  it('the same code is refused to anyone else, with the reason', async () => {
    const other = new Visitor(testApp);
    await other.open();
    const answer = await other.submit({ invite_code: code });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /has already been used/);
  });
});
