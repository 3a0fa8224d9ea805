import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { sessionLogin, signInFlow, type Login, type LoginFactory } from '../../lib/index.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** Apps wrap the kit's login, and not every wrapper passes on what the kit gave. */
describe('CVE-2025-29928: evidence that was ended signs in by no login', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  /** `change`: what the app makes of the kit's login. */
  const wrapped =
    (change: <User>(login: Login<User>) => Login<User>): LoginFactory =>
    (users, sessions) =>
      change(sessionLogin()(users, sessions));

  const withoutDetails = <User>({ signIn }: Login<User>): Login<User>['signIn'] => {
    return (req, res, user, { method, rememberSeconds }) => signIn(req, res, user, { method, rememberSeconds });
  };

  const logins: Readonly<Record<string, LoginFactory>> = {
    'a copy that passes on some details only': wrapped((login) => ({ ...login, signIn: withoutDetails(login) })),
    'one with a signIn of its own': wrapped((login) => Object.assign(login, { signIn: withoutDetails(login) })),
    'one that records no sessions': (users) =>
      Object.assign(sessionLogin()(users), { endOtherSessions: () => Promise.resolve() }),
    'the one of the kit': sessionLogin(),
  };
  for (const [title, login] of Object.entries(logins))
    it(title, async () => {
      testApp = await openTestApp({ login, flows: [signInFlow({ slug: 'sign-in' })] });
      const ann = await member(testApp, 'ann');
      const browser = new Visitor(testApp);
      await browser.open('/if/flow/sign-in/');
      const { action, hidden } = browser.form;
      const fields = { ...hidden, uid_field: 'ann', password };
      assert.equal((await browser.post(action, fields)).status, 303);
      assert.equal(await browser.me(), 'ann');
      testApp.clock.advance(1000);
      await testApp.enrollment.sessions.endAll(ann.id);
      browser.client.cookies.set('enrollment.sid', '');
      await browser.post(action, fields);
      assert.equal(await browser.me(), null);
      const again = new Visitor(testApp);
      await again.open('/if/flow/sign-in/');
      await again.submit({ uid_field: 'ann', password });
      assert.equal(await again.me(), 'ann');
    });
});
