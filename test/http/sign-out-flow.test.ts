import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  createEnrollment,
  defineFlow,
  identification,
  isEnrollmentError,
  memoryUsers,
  sessionLogin,
  signInFlow,
  signOutFlow,
  userLogin,
  userLogout,
  type EnrollmentOptions,
  type Login,
  type MemoryUser,
} from '../../lib/index.js';
import { password } from '../support/account.js';
import { member, openSignInApp, signIn, signInPage, signOutPage } from '../support/http/sign-in-app.js';
import { secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('the flow for signing out', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  beforeEach(async () => {
    testApp = await openSignInApp();
    await member(testApp, 'ann');
    visitor = new Visitor(testApp);
  });
  afterEach(() => testApp.close());

  it('a GET shows a button and ends nothing; pressing it signs out', async () => {
    await signIn(visitor, 'ann');
    const page = await visitor.open(signOutPage);
    assert.equal(page.status, 200);
    assert.match(page.text, /Sign out\?[\s\S]*signed out in this browser[\s\S]*<button[^>]*>Sign out<\/button>/);
    assert.equal(await visitor.me(), 'ann');
    const answer = await visitor.submit({});
    assert.deepEqual([answer.status, answer.location], [303, '/outside']);
    assert.equal(await visitor.me(), null);
  });

  it('neither another site nor a request without its form can do it', async () => {
    await signIn(visitor, 'ann');
    await visitor.open(signOutPage);
    const { hidden } = visitor.form;
    assert.equal((await visitor.post(signOutPage, {})).status, 403);
    assert.equal((await visitor.post(signOutPage, hidden, { origin: 'https://evil.example' })).status, 403);
    assert.equal((await visitor.post(signOutPage, hidden, { 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal(await visitor.me(), 'ann');
  });

  it('what was said to the user is not said to the next one', async () => {
    // On plain http, the cookie has the path of its flow and is not sent here.
    await testApp.close();
    testApp = await openSignInApp({ origin: 'https://club.example' });
    await member(testApp, 'ann');
    visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    visitor.client.cookies.set('__Host-enrollment.notice.sign-in', 'notice.password_changed');
    await visitor.open(signOutPage);
    assert.equal((await visitor.submit({})).status, 303);
    assert.equal(visitor.client.cookies.get('__Host-enrollment.notice.sign-in'), undefined);
    assert.doesNotMatch((await visitor.open(signInPage)).text, /password is changed/);
  });

  it('the session cookie is cleared and void', async () => {
    await signIn(visitor, 'ann');
    const cookie = visitor.client.cookies.get('enrollment.sid') ?? '';
    await visitor.open(signOutPage);
    await visitor.submit({});
    assert.equal(visitor.client.cookies.get('enrollment.sid'), undefined);
    const thief = new Visitor(testApp);
    thief.client.cookies.set('enrollment.sid', cookie);
    assert.equal(await thief.me(), null);
  });

  it('redirects to next on our own site', async () => {
    await signIn(visitor, 'ann');
    await visitor.open(`${signOutPage}?next=/goodbye`);
    assert.equal((await visitor.submit({})).location, '/goodbye');
  });

  it('the last form of the sign-in does not sign in again', async () => {
    await visitor.open(signInPage);
    const last = visitor.form;
    await visitor.submit({ uid_field: 'ann', password });
    await visitor.open(signOutPage);
    await visitor.submit({});
    const answer = await visitor.post(last.action, { ...last.hidden, uid_field: 'ann', password });
    assert.equal(answer.status, 403);
    assert.equal(await visitor.me(), null);
  });

  it('nor after signing out by the app’s own route', async () => {
    await visitor.open(signInPage);
    const last = visitor.form;
    await visitor.submit({ uid_field: 'ann', password });
    await visitor.post('/sign-out', {});
    assert.equal((await visitor.post(last.action, { ...last.hidden, uid_field: 'ann', password })).status, 403);
    assert.equal(await visitor.me(), null);
  });

  it('works as often as people sign in, without waiting', async () => {
    for (let times = 0; times < 3; times += 1) {
      await signIn(visitor, 'ann');
      assert.equal(await visitor.me(), 'ann');
      await visitor.open(signOutPage);
      assert.equal(visitor.step, 'user-logout 0');
      await visitor.submit({});
      assert.equal(await visitor.me(), null);
    }
  });

  it('a form that is sent twice signs out twice', async () => {
    await signIn(visitor, 'ann');
    await visitor.open(signOutPage);
    const { action, hidden } = visitor.form;
    const answers = await Promise.all([visitor.post(action, hidden), visitor.post(action, hidden)]);
    assert.deepEqual(
      answers.map(({ status, location }) => [status, location]),
      [
        [303, '/outside'],
        [303, '/outside'],
      ],
    );
    assert.equal(await visitor.me(), null);
  });

  it('a lost response leaves no one signed in by mistake: the form can be sent again', async () => {
    await signIn(visitor, 'ann');
    await visitor.open(signOutPage);
    const { action, hidden } = visitor.form;
    const planToken = visitor.client.cookies.get('enrollment.plan.sign-out') ?? '';
    await visitor.submit({});
    await signIn(visitor, 'ann');
    visitor.client.cookies.set('enrollment.plan.sign-out', planToken, signOutPage);
    assert.equal((await visitor.post(action, hidden)).location, '/outside');
    assert.equal(await visitor.me(), null);
  });

  it('is open to visitors who are already signed out', async () => {
    await visitor.open(signOutPage);
    assert.equal((await visitor.submit({})).location, '/outside');
  });

  it('emits an event with the user', async () => {
    await signIn(visitor, 'ann');
    await visitor.open(signOutPage);
    await visitor.submit({});
    const { id } = (await testApp.users.findByLogin('username', 'ann')) ?? assert.fail();
    assert.deepEqual(
      testApp.events.filter(({ name }) => name === 'logout').map(({ facts }) => facts),
      [{ user: id }],
    );
  });

  it('a login that fails to sign out is 503: it never claims that the user is signed out', async () => {
    await testApp.close();
    const store = memoryUsers();
    const login: Login<MemoryUser> = {
      ...sessionLogin()(store.users),
      signOut: () => Promise.reject(new Error('the store is away')),
    };
    testApp = await openSignInApp({ login, users: store.users, redemptions: store.redemptions });
    await member(testApp, 'ann');
    visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    await visitor.open(signOutPage);
    assert.equal((await visitor.submit({})).status, 503);
    assert.equal(await visitor.me(), 'ann');
  });

  it('mid-flow, signs out and continues', async () => {
    await testApp.close();
    const flows = [
      defineFlow({
        slug: 'sign-in',
        title: 'Sign in',
        designation: 'authentication',
        target: '/inside',
        stages: [
          userLogout({ name: 'first-out' }),
          identification({ name: 'identification', password: true }),
          userLogin({ name: 'user-login' }),
        ],
      }),
    ];
    testApp = await openSignInApp({ flows });
    await member(testApp, 'ann');
    await member(testApp, 'ben');
    visitor = new Visitor(testApp);
    for (const name of ['ann', 'ben']) {
      visitor.client.cookies.set('enrollment.plan.sign-in', 'none', signInPage);
      await visitor.open(signInPage);
      await visitor.follow(await visitor.submit({}));
      assert.equal(await visitor.me(), null);
      assert.equal(visitor.step, 'identification 1');
      await visitor.submit({ uid_field: name, password });
      assert.equal(await visitor.me(), name);
    }
  });
});

describe('what sign-in and sign-out require of the app', () => {
  const flows = [signInFlow({ slug: 'sign-in' }), signOutFlow({ slug: 'sign-out' })];
  const { users } = memoryUsers();
  const { toProfile: facts, create, findById, findByLogin } = users;
  const base: EnrollmentOptions<MemoryUser> = {
    baseUrl: 'http://localhost/',
    secret: secrets[0],
    login: sessionLogin(),
    users: { toProfile: facts, create, findById, findByLogin },
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    flows,
  };
  const { current, signIn: enter } = sessionLogin()(users);

  it('is reported at start: a user store with passwordHash, a login with signOut', () => {
    assert.throws(
      () => createEnrollment({ ...base, login: { current, signIn: enter } }),
      (error) =>
        isEnrollmentError(error) &&
        error.code === 'ERR_ENROLLMENT_CONFIG' &&
        assert.deepEqual(error.issues, [
          'flows.sign-in.identification: identification needs users.passwordHash',
          'flows.sign-out.user-logout: user_logout needs login.signOut',
        ]) === undefined,
    );
  });

  it('is not required by other flows', async () => {
    const { signup } = await import('../support/http/test-app.js');
    const enrollment = createEnrollment({ ...base, login: { current, signIn: enter }, flows: [signup] });
    await enrollment.close();
  });

  it('the missing signOut of a login made by a function is reported when a user signs out', async () => {
    const testApp = await openSignInApp({
      login: (store) => {
        const made = sessionLogin()(store);
        return { current: made.current, signIn: made.signIn };
      },
    });
    const visitor = new Visitor(testApp);
    await visitor.open(signOutPage);
    assert.equal((await visitor.submit({})).status, 500);
    await testApp.close();
  });
});
