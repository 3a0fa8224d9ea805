import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

for (const mount of ['', '/join']) {
  describe(`signup by invitation, mounted at '${mount || '/'}'`, () => {
    let testApp: TestApp;
    before(async () => {
      testApp = await openTestApp({ mount });
    });
    after(() => testApp.close());

    it('code, account, signed in, redirected to the target', async () => {
      const { code } = await testApp.enrollment.invitations.create();
      const visitor = new Visitor(testApp);
      const first = await visitor.open();
      assert.equal(first.status, 200);
      assert.equal(visitor.form.action, testApp.page);
      assert.equal(visitor.step, 'invite-code 0');
      const passed = await visitor.submit({ invite_code: code });
      assert.equal(passed.status, 303);
      assert.equal(passed.location, testApp.page);
      await visitor.follow(passed);
      assert.equal(visitor.step, 'account 1');
      const done = await visitor.submit(accountOf('ann'));
      assert.equal(done.status, 303);
      assert.equal(done.location, '/welcome');
      assert.equal(await visitor.me(), 'ann');
      assert.deepEqual(
        testApp.members.map(({ username, email }) => ({ username, email })),
        [{ username: 'ann', email: 'ann@example.com' }],
      );
    });
  });
}
