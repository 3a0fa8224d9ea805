import assert from 'node:assert/strict';
import type { Express, Request } from 'express';
import session from 'express-session';
import { afterEach, describe, it } from 'mocha';
import { Passport } from 'passport';
import { passportLogin, type MemoryUser } from '../../lib/index.js';
import { unrecordedSessions } from '../../lib/http/login/unrecorded-sessions.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('signing in with passportLogin', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  /** An app that has Passport and its own session. */
  function withPassport(
    parts: { readonly initialize?: boolean; readonly session?: boolean | 'kit' } = {},
  ): (app: Express) => void {
    const passport = new Passport();
    passport.serializeUser((user, done) => done(null, (user as MemoryUser).id));
    passport.deserializeUser((id: string, done) => {
      testApp.users.findById(id).then((user) => done(null, user ?? false), done);
    });
    return (app) => {
      if (parts.session === 'kit') app.use((req, res, next) => void testApp.enrollment.session()(req, res, next));
      else if (parts.session !== false)
        app.use(session({ name: 'app.sid', secret: 'x'.repeat(32), resave: false, saveUninitialized: false }));
      if (parts.initialize !== false) {
        app.use(passport.initialize());
        app.use(passport.session());
      }
      app.get('/shop', (req, res) => {
        Object.assign(req.session, { cart: 'a book', junk: 'x' });
        res.end();
      });
      app.get('/held', (req, res) => void res.json(req.session));
      app.get('/who', (req, res) => void res.json((req.user as MemoryUser | undefined)?.username ?? null));
    };
  }
  const opened = async (
    parts: Parameters<typeof withPassport>[0] = {},
    options: TestAppOptions = {},
  ): Promise<Visitor> => {
    testApp = await openTestApp({
      login: passportLogin({ carry: ['cart'] }),
      session: withPassport(parts),
      ...options,
    });
    return new Visitor(testApp);
  };

  it('signs in through the app’s own Passport, under a new session id, once', async () => {
    const visitor = await opened();
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.client.get('/shop');
    const before = visitor.client.cookies.get('app.sid');
    await visitor.enterCode(code);
    assert.equal(visitor.client.cookies.get('app.sid'), before);
    const cookies =
      (await visitor.signUp((await testApp.enrollment.invitations.create()).code, 'via-passport')).headers[
        'set-cookie'
      ] ?? [];
    assert.equal(cookies.filter((line) => line.startsWith('app.sid=')).length, 1);
    assert.notEqual(visitor.client.cookies.get('app.sid'), before);
    assert.equal((await visitor.client.get('/who')).text, '"via-passport"');
    assert.equal(await visitor.me(), 'via-passport');
    const old = new Visitor(testApp);
    old.client.cookies.set('app.sid', before ?? '');
    assert.equal((await old.client.get('/who')).text, 'null');
    assert.deepEqual(JSON.parse((await old.client.get('/held')).text).cart, undefined);
  });

  it("works over the kit's own session too", async () => {
    const visitor = await opened({ session: 'kit' });
    const { code } = await testApp.enrollment.invitations.create();
    assert.equal((await visitor.signUp(code, 'over-ours')).location, '/welcome');
    assert.equal((await visitor.client.get('/who')).text, '"over-ours"');
    const cookie = visitor.client.cookies.get('enrollment.sid') ?? '';
    await visitor.client.post('/sign-out', {});
    assert.equal((await visitor.client.get('/who')).text, 'null');
    visitor.client.cookies.set('enrollment.sid', cookie);
    assert.equal((await visitor.client.get('/who')).text, 'null');
  });

  it('what carry lists is kept, and the rest is dropped', async () => {
    const visitor = await opened();
    await visitor.client.get('/shop');
    await visitor.signUp((await testApp.enrollment.invitations.create()).code, 'carried');
    const held = JSON.parse((await visitor.client.get('/held')).text) as Record<string, unknown>;
    assert.deepEqual(Object.keys(held).sort(), ['cart', 'cookie', 'enrollmentSession', 'passport']);
  });

  it('signs out through Passport', async () => {
    const visitor = await opened();
    await visitor.signUp((await testApp.enrollment.invitations.create()).code, 'leaver');
    await visitor.client.post('/sign-out', {});
    assert.equal((await visitor.client.get('/who')).text, 'null');
  });

  it('a user signed in by Passport gets no second account', async () => {
    const visitor = await opened();
    await visitor.signUp((await testApp.enrollment.invitations.create()).code, 'member');
    testApp.clock.advance(121_000);
    assert.equal((await visitor.open()).status, 403);
  });

  for (const [what, parts, sentence] of [
    ['Passport', { initialize: false }, /passport\.initialize\(\)/],
    ['a session', { session: false, initialize: false }, /needs a session/],
  ] as const) {
    it(`without ${what} every page is 500, and the log says what to mount, with a code`, async () => {
      const visitor = await opened(parts, { before: (app) => void app.use((_req, _res, next) => next()) });
      const answer = await visitor.get(testApp.page);
      assert.equal(answer.status, 500);
      const error = testApp.log.find(({ level }) => level === 'error')?.fields['err'] as {
        code?: string;
        message?: string;
      };
      assert.equal(error.code, 'ERR_ENROLLMENT_LOGIN');
      assert.match(error.message ?? '', sentence);
    });
  }

  it('waits for what must be looked up about a session', async () => {
    testApp = await openTestApp();
    const sessions = (isValid: boolean) => ({ ...unrecordedSessions<MemoryUser>(), isValid: async () => isValid });
    const req = { user: { id: '7' } } as unknown as Request;
    const current = (isValid: boolean) => passportLogin()(testApp.users, sessions(isValid)).current(req);
    assert.deepEqual([await current(false), await current(true)], [null, { id: '7' }]);
  });
});
