import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { memoryUsers, passportLogin, sessionLogin, type Login, type MemoryUser } from '../../lib/index.js';
import { accountOf, password } from '../support/account.js';
import { member, openSignInApp, signIn, signInPage } from '../support/http/sign-in-app.js';
import { stuckLogin, stuckText } from '../support/http/stuck-login.js';
import type { TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const sid = 'enrollment.sid';

describe('the session of a user who signs in', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  async function shop(): Promise<Visitor> {
    testApp = await openSignInApp({
      login: sessionLogin({ carry: ['cart'] }),
      before: (app) => {
        app.get('/shop', (req, res) =>
          testApp.enrollment.session()(req, res, () => {
            Object.assign(req.session, { cart: ['a book'], junk: 'from before' });
            res.end();
          }),
        );
        app.get('/bag', (req, res) => testApp.enrollment.session()(req, res, () => void res.json(req.session)));
      },
    });
    const visitor = new Visitor(testApp);
    await visitor.client.get('/shop');
    return visitor;
  }

  it('gets a new id, and the previous one is void', async () => {
    const visitor = await shop();
    await member(testApp, 'ann');
    const fixed = visitor.client.cookies.get(sid) ?? '';
    await signIn(visitor, 'ann');
    assert.notEqual(visitor.client.cookies.get(sid), fixed);
    const attacker = new Visitor(testApp);
    attacker.client.cookies.set(sid, fixed);
    assert.equal(await attacker.me(), null);
    assert.equal(await visitor.me(), 'ann');
  });

  it('keeps what carry lists and nothing else', async () => {
    const visitor = await shop();
    await member(testApp, 'ann');
    await signIn(visitor, 'ann');
    const held = JSON.parse((await visitor.client.get('/bag')).text) as object;
    assert.deepEqual(Object.keys(held).sort(), ['cart', 'cookie', 'enrollmentSession', 'enrollmentUser']);
  });

  it('records the method password, and for a signup the method enrollment', async () => {
    const store = memoryUsers();
    const working = sessionLogin()(store.users);
    const methods: string[] = [];
    const login: Login<MemoryUser> = {
      ...working,
      signIn: (req, res, user, details) => {
        methods.push(details.method);
        return working.signIn(req, res, user, details);
      },
    };
    testApp = await openSignInApp({ login, users: store.users, redemptions: store.redemptions });
    await member(testApp, 'ann');
    await signIn(new Visitor(testApp), 'ann');
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/invite/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit(accountOf('ben'));
    assert.deepEqual(methods, ['password', 'enrollment']);
  });

  it('ends for a user whose account is deactivated or deleted, and they cannot return', async () => {
    const store = memoryUsers();
    const asleep = new Set<string>();
    const users = {
      ...store.users,
      toProfile: (user: MemoryUser) => ({ ...store.users.toProfile(user), active: !asleep.has(user.id) }),
    };
    testApp = await openSignInApp({ users, redemptions: store.redemptions });
    const [ann, ben] = [await member(testApp, 'ann'), await member(testApp, 'ben')];
    const [first, second] = [new Visitor(testApp), new Visitor(testApp)];
    await signIn(first, 'ann');
    await signIn(second, 'ben');
    assert.deepEqual([await first.me(), await second.me()], ['ann', 'ben']);
    asleep.add(ann.id);
    await store.users.remove(ben);
    assert.deepEqual([await first.me(), await second.me()], [null, null]);
    for (const [visitor, name] of [
      [first, 'ann'],
      [second, 'ben'],
    ] as const) {
      const answer = await signIn(visitor, name);
      assert.equal(answer.status, 422);
      assert.match(answer.text, /couldn’t sign you in with this name and password/);
    }
  });

  it('is refused plainly to an account deleted between the password and the sign-in', async () => {
    const store = memoryUsers();
    const users = { ...store.users, findById: async () => null };
    testApp = await openSignInApp({ users, redemptions: store.redemptions });
    await member(testApp, 'ann');
    const answer = await signIn(new Visitor(testApp), 'ann');
    assert.equal(answer.status, 403);
    assert.match(answer.text, /We couldn’t sign you in/);
    assert.doesNotMatch(answer.text, /account was made/);
    assert.ok(testApp.events.every(({ name }) => name !== 'login.succeeded'));
  });

  it('a failing login is 503 with a reference; the same form, resent, signs in', async () => {
    const { options, repair } = stuckLogin();
    testApp = await openSignInApp(options);
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await visitor.open(signInPage);
    const { action, hidden } = visitor.form;
    const answer = await visitor.submit({ uid_field: 'ann', password });
    assert.equal(answer.status, 503);
    assert.match(answer.text, /Reference: \w{8}/);
    assert.ok(!answer.text.includes(stuckText));
    repair();
    assert.equal((await visitor.post(action, { ...hidden, uid_field: 'ann', password })).location, '/inside');
    assert.equal(await visitor.me(), 'ann');
  });

  it('or a fresh page does, once the login works again', async () => {
    const { options, repair } = stuckLogin();
    testApp = await openSignInApp(options);
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    assert.equal((await signIn(visitor, 'ann')).status, 503);
    repair();
    assert.equal((await signIn(visitor, 'ann')).location, '/inside');
    assert.equal(await visitor.me(), 'ann');
  });

  it('signing in right after the app ended the session starts over', async () => {
    testApp = await openSignInApp();
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    visitor.client.cookies.set(sid, 'ended by the app');
    const page = await visitor.open(signInPage);
    assert.equal(page.status, 200);
    assert.equal(visitor.step, 'identification 0');
    assert.doesNotMatch(page.text, /account was made/);
  });

  it('a user store outage is a 503, counts against no one, and the same form works afterwards', async () => {
    const store = memoryUsers();
    let away = false;
    const users = {
      ...store.users,
      passwordHash: (user: MemoryUser) =>
        away ? Promise.reject(new Error('no connection')) : store.users.passwordHash(user),
    };
    testApp = await openSignInApp({ users, redemptions: store.redemptions });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await visitor.open(signInPage);
    away = true;
    for (let times = 0; times < 12; times += 1) {
      const answer = await visitor.submit({ uid_field: 'ann', password });
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      await visitor.open(signInPage);
    }
    away = false;
    assert.equal((await visitor.submit({ uid_field: 'ann', password })).location, '/inside');
  });

  it('works with Passport', async () => {
    const { default: passport } = await import('passport');
    const { default: session } = await import('express-session');
    const people = new passport.Passport();
    const store = memoryUsers();
    people.serializeUser((user, done) => done(null, (user as MemoryUser).id));
    people.deserializeUser(
      (id, done) => void store.users.findById(id as string).then((user) => done(null, user), done),
    );
    testApp = await openSignInApp({
      login: passportLogin(),
      users: store.users,
      redemptions: store.redemptions,
      session: (app) => {
        app.use(session({ secret: 'x'.repeat(32), resave: false, saveUninitialized: false }));
        app.use(people.initialize());
        app.use(people.session());
      },
    });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    assert.equal((await signIn(visitor, 'ann')).location, '/inside');
    assert.equal(await visitor.me(), 'ann');
    await visitor.open('/if/flow/sign-out/');
    await visitor.submit({});
    assert.equal(await visitor.me(), null);
    assert.equal((await signIn(visitor, 'ann')).location, '/inside');
  });
});
