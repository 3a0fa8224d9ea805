import assert from 'node:assert/strict';
import type { Express } from 'express';
import session from 'express-session';
import { afterEach, describe, it } from 'mocha';
import { Passport } from 'passport';
import { passportLogin, sessionLogin, type Login, type UserStore } from '../../../lib/index.js';
import {
  bodyEmail,
  Caller,
  openGuardApp,
  said,
  type GuardApp,
  type GuardAppOptions,
} from '../../support/guards/guard-app.js';
import type { Person } from '../../support/guards/people.js';

describe('signing in after a guard', () => {
  let guardApp: GuardApp;
  afterEach(() => guardApp.close());

  const people = (active = true): UserStore<Person> => ({
    toProfile: ({ id, email }) => ({ id, email, active }),
    create: () => Promise.reject(new Error('a guard writes by the app’s own code')),
    findById: (id) => guardApp.people.findById(id),
    findByLogin: async () => null,
  });
  const sessions = session({ name: 'app.sid', secret: 'x'.repeat(32), resave: false, saveUninitialized: false });
  const signingIn: GuardAppOptions['handler'] = (inside) => async (req, res, invite) => {
    const person = await invite.redeem(
      (redemption) => inside.people.insert(bodyEmail(req), redemption),
      (id) => inside.people.findById(id),
    );
    await inside.enrollment.signIn(req, res, person, { rememberSeconds: 3600 });
    res.redirect(303, '/welcome');
  };
  const open = async (options: GuardAppOptions, before: (app: Express) => void): Promise<Caller> => {
    guardApp = await openGuardApp({
      handler: signingIn,
      ...options,
      before(app, inside) {
        before(app);
        app.get(
          '/me',
          (req, res, next) => void inside.enrollment.currentUser(req).then((user) => res.json(user), next),
        );
        app.post(
          '/out',
          (req, res, next) => void inside.enrollment.signOut(req, res).then(() => res.sendStatus(204), next),
        );
      },
    });
    const caller = new Caller(guardApp);
    await caller.open();
    return caller;
  };
  const signUp = async (caller: Caller): Promise<void> => {
    const answer = await caller.send(await guardApp.invite(), 'ann@example.com');
    assert.deepEqual([answer.status, answer.location], [303, '/welcome'], answer.text);
    assert.match((answer.headers['set-cookie'] ?? []).join('\n'), /^app\.sid=.*Expires=/m);
    assert.equal(said(await caller.client.get('/me'))['email'], 'ann@example.com');
  };

  it('through the app’s own Passport, with users unknown to the kit; sign-out ends the attempt', async () => {
    const passport = new Passport();
    passport.serializeUser((user, done) => done(null, (user as unknown as Person).id));
    passport.deserializeUser((id: string, done) => {
      guardApp.people.findById(id).then((person) => done(null, (person as Express.User | null) ?? false), done);
    });
    const caller = await open({ login: passportLogin() }, (app) =>
      app.use(sessions, passport.initialize(), passport.session()),
    );
    await signUp(caller);
    assert.ok(caller.client.cookies.names().includes('enrollment.attempt'));
    assert.equal((await caller.client.post('/out', {})).status, 204);
    assert.ok(!caller.client.cookies.names().includes('enrollment.attempt'));
    assert.equal((await caller.client.get('/me')).text, 'null');
  });

  it('with sessionLogin, if the enrollment has users', async () => {
    await signUp(await open({ login: sessionLogin(), users: people() }, (app) => app.use(sessions)));
  });

  it('with a custom login, which is awaited', async () => {
    let signedIn: Person | null = null;
    const login: Login<Person> = {
      current: () => signedIn,
      async signIn(_req, res, user, details) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        signedIn = user;
        res.append('Set-Cookie', `app.sid=x; Expires=${String(details.rememberSeconds)}`);
      },
    };
    await signUp(await open({ login }, () => undefined));
  });

  it('refuses an inactive user', async () => {
    const caller = await open({ login: sessionLogin(), users: people(false) }, (app) => app.use(sessions));
    const answer = await caller.send(await guardApp.invite(), 'ann@example.com');
    assert.deepEqual([answer.status, said(answer)['code']], [403, 'ERR_ENROLLMENT_INACTIVE']);
    assert.equal((await caller.client.get('/me')).text, 'null');
  });

  for (const [missing, options, code] of [
    ['a login', {}, 'ERR_ENROLLMENT_NO_LOGIN'],
    ['users, which sessionLogin needs', { login: sessionLogin() }, 'ERR_ENROLLMENT_NO_USERS'],
    ['a session', { login: sessionLogin(), users: people() }, 'ERR_ENROLLMENT_LOGIN'],
  ] as const) {
    it(`without ${missing}, the developer gets an error; the account exists all the same`, async () => {
      const caller = await open(options, (app) => {
        if (missing !== 'a session') app.use(sessions);
      });
      const answer = await caller.send(await guardApp.invite(), 'ann@example.com');
      assert.deepEqual([answer.status, said(answer)['code']], [500, code]);
      assert.equal((await guardApp.people.all()).length, 1);
      if (missing !== 'a login') return;
      assert.equal(said(await caller.client.get('/me'))['code'], code);
      assert.equal(said(await caller.client.post('/out', {}))['code'], code);
    });
  }
});
