import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import type { HtmlForm } from '../support/html-form.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('signing out right after signing up', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let last: HtmlForm;
  let count = 0;
  before(async () => {
    testApp = await openTestApp();
  });
  after(() => testApp.close());
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open();
    await visitor.follow(await visitor.submit({ invite_code: code }));
    last = visitor.form;
    await visitor.submit(accountOf(`leaver-${(count += 1)}`));
    assert.equal(await visitor.me(), `leaver-${count}`);
    await visitor.post('/sign-out', {});
  });
  afterEach(async () => assert.equal(await visitor.me(), null));

  it('disables the last form: sent again, it does not sign in', async () => {
    const answer = await visitor.post(last.action, { ...last.hidden, ...accountOf(`leaver-${count}`) });
    assert.equal(answer.status, 403);
  });

  it('answers also where the browser sends a cookie whose name cannot be set', async () => {
    const cookie = ['enrollment.resume.a b=1', 'enrollment.source.a b=1'].join('; ');
    const answer = await visitor.client.send('POST', '/sign-out', { cookie });
    assert.ok(answer.status < 400, String(answer.status));
  });

  it('lets another person sign up in the same browser at once', async () => {
    await visitor.open();
    assert.equal(visitor.step, 'invite-code 0');
  });
});

describe('opening the page of a flow that made an account, without being signed in', () => {
  it('says that the account exists, and offers no second one', async () => {
    const testApp = await openTestApp();
    try {
      const visitor = new Visitor(testApp);
      const { code } = await testApp.enrollment.invitations.create();
      await visitor.open();
      await visitor.follow(await visitor.submit({ invite_code: code }));
      await visitor.submit(accountOf('unheard'));
      // As if the answer had never arrived.
      visitor.client.cookies.set('enrollment.sid', 'lost');
      const answer = await visitor.get(testApp.page);
      assert.equal(answer.status, 200);
      assert.match(answer.text, /Your account is ready/);
      assert.doesNotMatch(answer.text, /<form/);
    } finally {
      await testApp.close();
    }
  });
});
