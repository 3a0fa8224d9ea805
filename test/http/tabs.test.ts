import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('several tabs, and cancellation', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let code: string;
  before(async () => {
    testApp = await openTestApp({
      mount: '/join',
      flows: [signup, inviteSignupFlow({ slug: 'staff', fields: ['email'], target: '/staff' })],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create({ uses: 5 }));
  });

  it('the first page of a second tab redirects to the step of the first, and repeats nothing', async () => {
    await visitor.open();
    const secondTab = visitor.form;
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const answer = await visitor.post(secondTab.action, { ...secondTab.hidden, invite_code: code });
    assert.deepEqual([answer.status, answer.location], [303, testApp.page]);
    await visitor.follow(answer);
    assert.equal(visitor.step, 'account 1');
  });

  it('a mistake on the first page of a second tab is shown there, and changes nothing in the first', async () => {
    await visitor.open();
    const secondTab = visitor.form;
    await visitor.follow(await visitor.submit({ invite_code: code }));
    for (const invite_code of ['', 'no code']) {
      const answer = await visitor.post(secondTab.action, { ...secondTab.hidden, invite_code });
      assert.equal(answer.status, 422);
      await visitor.open();
      assert.equal(visitor.step, 'account 1');
    }
  });

  it('a page that another tab has passed repeats nothing, and says who is signed in', async () => {
    await visitor.enterCode(code);
    const stale = visitor.form;
    await visitor.submit({ ...accountOf('taken-meanwhile') });
    const other = new Visitor(testApp);
    await other.enterCode(code);
    const first = other.form;
    // A name that is taken at the write sends the plan back; the older page repeats nothing.
    assert.equal((await other.submit({ ...accountOf('taken-meanwhile') })).status, 422);
    assert.equal((await other.submit(accountOf('tabs-own'))).status, 303);
    const late = await other.post(first.action, { ...first.hidden, ...accountOf('tabs-late') });
    assert.equal(late.status, 403);
    assert.match(late.text, /signed in as tabs-own\./);
    assert.ok(!testApp.members.some(({ username }) => username === 'tabs-late'));
    assert.equal((await visitor.post(stale.action, { ...stale.hidden, ...accountOf('tabs-late') })).status, 403);
    assert.ok(!testApp.members.some(({ username }) => username === 'tabs-late'));
  });

  it('two flows in two tabs are independent', async () => {
    const staffPage = '/join/if/flow/staff/';
    await visitor.open();
    const member = visitor.form;
    await visitor.open(staffPage);
    const staff = visitor.form;
    assert.notEqual(visitor.client.cookies.get('enrollment.plan.staff'), undefined);
    assert.notEqual(
      visitor.client.cookies.get('enrollment.plan.invite'),
      visitor.client.cookies.get('enrollment.plan.staff'),
    );
    assert.equal((await visitor.post(staff.action, { ...staff.hidden, invite_code: code })).location, staffPage);
    await visitor.open(testApp.page);
    assert.equal(visitor.step, 'invite-code 0');
    assert.equal((await visitor.post(member.action, { ...member.hidden, invite_code: code })).location, testApp.page);
    await visitor.open(staffPage);
    assert.deepEqual(
      visitor.form.controls.map(({ name }) => name),
      ['enrollment_step', 'email'],
    );
    assert.equal((await visitor.submit({ email: 'two-flows@example.com' })).location, '/staff');
  });

  it('neither the form nor the plan token of one flow is valid for another', async () => {
    await visitor.open('/join/if/flow/staff/');
    const { hidden } = visitor.form;
    await visitor.open();
    assert.equal((await visitor.post(testApp.page, { ...hidden, invite_code: code })).status, 403);
    visitor.client.cookies.set(
      'enrollment.plan.invite',
      visitor.client.cookies.get('enrollment.plan.staff') ?? '',
      testApp.page,
    );
    const answer = await visitor.post(testApp.page, { ...hidden, invite_code: code });
    assert.notEqual(answer.location, '/staff');
    await visitor.open();
    assert.equal(visitor.step, 'invite-code 0');
  });

  describe('canceling', () => {
    it('is confirmed on a GET, which changes nothing', async () => {
      await visitor.enterCode(code);
      assert.equal((await visitor.get(`${testApp.page}cancel/`)).status, 200);
      await visitor.open();
      assert.equal(visitor.step, 'account 1');
    });

    it('deletes the plan on a POST, says so, and leaves the invitation as it was', async () => {
      await visitor.enterCode(code);
      const account = visitor.form;
      await visitor.get(`${testApp.page}cancel/`);
      const answer = await visitor.submit({});
      assert.deepEqual([answer.status, answer.location], [303, testApp.page]);
      assert.match((await visitor.follow(answer)).text, /Sign-up canceled/);
      assert.equal(visitor.step, 'invite-code 0');
      assert.equal((await visitor.post(account.action, { ...account.hidden, ...accountOf('cancelled') })).status, 403);
      assert.ok(!testApp.members.some(({ username }) => username === 'cancelled'));
      assert.equal((await new Visitor(testApp).signUp(code, 'after-cancel')).location, '/welcome');
    });

    it('accepts only its own form', async () => {
      await visitor.enterCode(code);
      const { hidden } = visitor.form;
      assert.equal((await visitor.post(`${testApp.page}cancel/`, hidden)).status, 403);
      assert.equal((await visitor.post(`${testApp.page}cancel/`, {})).status, 403);
      await visitor.open();
      assert.equal(visitor.step, 'account 1');
      await visitor.get(`${testApp.page}cancel/`);
      const cancel = visitor.form;
      const answer = await visitor.post(testApp.page, { ...cancel.hidden, ...accountOf('by-cancel') });
      assert.equal(answer.location, testApp.page);
      assert.ok(!testApp.members.some(({ username }) => username === 'by-cancel'));
      await visitor.open();
      assert.equal(visitor.step, 'account 1');
    });

    it('has nothing to confirm without a plan', async () => {
      const answer = await visitor.get(`${testApp.page}cancel/`);
      assert.deepEqual([answer.status, answer.location], [303, testApp.page]);
    });
  });
});
