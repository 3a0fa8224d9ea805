import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { signInFlow, signOutFlow } from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a signed-in user at an invitation’s link', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let code: string;
  beforeEach(() => open());
  afterEach(() => testApp.close());

  async function open(options: TestAppOptions = {}): Promise<void> {
    testApp = await openTestApp({
      flows: [signup, signInFlow({ slug: 'sign-in' }), signOutFlow({ slug: 'sign-out' })],
      ...options,
    });
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create({ uses: 5 }));
    await visitor.signUp(code, 'ann');
  }

  const filledIn = (): string | undefined => visitor.form.controls.find(({ name }) => name === 'invite_code')?.value;

  it('F24: says who is signed in, signs out by a button, and keeps the code and next', async () => {
    const page = await visitor.open(`${testApp.page}?invite=${code}&next=/books`);
    assert.equal(page.status, 403);
    assert.match(page.text, /You’re signed in as ann\./);
    assert.match(page.text, /code from your link is kept/);
    assert.match(page.text, />Sign out and continue</);
    assert.equal(await visitor.me(), 'ann', 'a GET signs nobody out');
    const out = await visitor.submit({});
    assert.deepEqual([out.status, out.location], [303, testApp.page]);
    await visitor.follow(out);
    assert.equal(await visitor.me(), null);
    assert.equal(filledIn(), code);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit(accountOf('bob'))).location, '/books');
    assert.equal(await visitor.me(), 'bob');
  });

  it('F24: without a code there is a button as well, and nothing about a code', async () => {
    // By then the record of the plan that signed ann in has expired.
    testApp.clock.advance(3 * 60_000);
    const page = await visitor.open();
    assert.match(page.text, /You’re signed in as ann\./);
    assert.doesNotMatch(page.text, /code from your link/);
    await visitor.follow(await visitor.submit({}));
    assert.equal(visitor.step, 'invite-code 0');
  });

  it('F24: a plan begun by the previous person does not continue', async () => {
    await visitor.open('/if/flow/sign-out/');
    await visitor.submit({});
    await visitor.enterCode(code);
    const other = new Visitor(testApp);
    await other.signUp(code, 'eve');
    // Signed in in another tab of the same browser.
    const sid = other.client.cookies.get('enrollment.sid') ?? '';
    visitor.client.cookies.set('enrollment.sid', sid, '/');
    const page = await visitor.open();
    assert.match(page.text, /You’re signed in as eve\./);
    await visitor.follow(await visitor.submit({}));
    assert.equal(visitor.step, 'invite-code 0');
  });

  it('F24: only its own form signs out: not a GET, not another form, not another site’s', async () => {
    await visitor.open(`${testApp.page}?invite=${code}`);
    const { action, hidden } = visitor.form;
    assert.equal(action, `${testApp.page}sign-out/`);
    assert.deepEqual([(await visitor.get(action)).status, await visitor.me()], [303, 'ann']);
    const [revision, , mac] = (hidden['enrollment_step'] ?? '').split('.');
    for (const step of ['~cancel', 'invite-code'])
      assert.equal(
        (await visitor.post(action, { enrollment_step: `${revision ?? ''}.${step}.${mac ?? ''}` })).status,
        403,
      );
    assert.equal((await visitor.post(action, hidden, { origin: 'https://evil.example' })).status, 403);
    assert.equal((await visitor.post(`${testApp.page}cancel/`, hidden)).status, 403);
    assert.equal(await visitor.me(), 'ann');
  });

  it('F24: pressed twice, it has the same effect once', async () => {
    await visitor.open(`${testApp.page}?invite=${code}`);
    const { action, hidden } = visitor.form;
    const plan = visitor.client.cookies.get('enrollment.plan.invite') ?? '';
    await visitor.post(action, hidden);
    visitor.client.cookies.set('enrollment.plan.invite', plan, testApp.page);
    assert.equal((await visitor.post(action, hidden)).location, testApp.page);
    await visitor.open();
    assert.equal(filledIn(), code);
  });

  it('F24: if the app’s login cannot sign out, the page says so', async () => {
    await testApp.close();
    const { sessionLogin } = await import('../../lib/index.js');
    await open({
      flows: [signup],
      login: (users) => {
        const { current, signIn, ready } = sessionLogin()(users);
        return { current, signIn, ...(ready === undefined ? {} : { ready }) };
      },
    });
    const page = await visitor.open(`${testApp.page}?invite=${code}`);
    assert.equal(page.status, 403);
    assert.doesNotMatch(page.text, /<form/);
  });
});
