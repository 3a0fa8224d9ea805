import assert from 'node:assert/strict';
import type { Express } from 'express';
import session from 'express-session';
import { after, before, describe, it } from 'mocha';
import { Passport } from 'passport';
import {
  defineFlow,
  identification,
  passportLogin,
  Secret,
  userLogin,
  type Enrollment,
  type MemoryUser,
} from '../../lib/index.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const signInFlow = defineFlow({
  slug: 'sign-in',
  title: 'Sign in',
  designation: 'authentication',
  target: '/inside',
  stages: [identification({ name: 'who', password: true }), userLogin({ name: 'login', networkBinding: 'network' })],
});

/** Where the sessions of an app with Passport come from. */
type Sessions = 'the kit’s session' | 'the app’s session' | 'an unchecked session' | 'a session that is checked late';

let testApp: TestApp;
/** How often Passport loaded a user. */
let loads = 0;

function withPassport(sessions: Sessions): (app: Express, enrollment: Enrollment<MemoryUser>) => void {
  const passport = new Passport();
  passport.serializeUser((user, done) => done(null, (user as MemoryUser).id));
  passport.deserializeUser((id: string, done) => {
    loads += 1;
    testApp.users.findById(id).then((user) => done(null, user ?? false), done);
  });
  return (app, enrollment) => {
    app.set('trust proxy', 1);
    if (sessions === 'the kit’s session') app.use(enrollment.session());
    else app.use(session({ name: 'app.sid', secret: 'x'.repeat(32), resave: false, saveUninitialized: false }));
    if (sessions === 'the app’s session') app.use(enrollment.checkSession());
    app.use(passport.initialize(), passport.session());
    if (sessions === 'a session that is checked late') app.use(enrollment.checkSession());
    app.get('/who', (req, res) => {
      const user = req.user as MemoryUser | undefined;
      res.json([user?.username ?? null, req.isAuthenticated()]);
    });
    app.get('/visits', (req, res) => {
      Object.assign(req.session, { visits: 1 });
      res.end();
    });
    app.post('/app-sign-out', (req, res, next) => {
      req.logout((error) => (error ? next(error) : res.json(req.user ?? null)));
    });
    app.post('/app-sign-in', (req, res, next) => {
      testApp.users.findByLogin('username', 'ann').then((user) => {
        if (user === null) return next();
        req.logIn(user, { session: true, keepSessionInfo: true }, (error) =>
          error ? next(error) : res.json(req.user),
        );
      }, next);
    });
  };
}

async function open(sessions: Sessions): Promise<MemoryUser> {
  const configure = withPassport(sessions);
  testApp = await openTestApp({ login: passportLogin(), flows: [signInFlow], session: configure });
  return member(testApp, 'ann');
}

const from = (address: string) => ({ 'x-forwarded-for': address });
const [home, elsewhere] = [from('192.0.2.7'), from('198.51.100.7')];

async function signedIn(): Promise<Visitor['client']> {
  const visitor = new Visitor(testApp, { headers: home });
  await visitor.open('/if/flow/sign-in/');
  assert.equal((await visitor.submit({ uid_field: 'ann', password })).status, 303);
  return visitor.client;
}

/** The name in `req.user`, and that of `currentUser`. */
async function seen(client: Visitor['client'], headers: Record<string, string>): Promise<unknown> {
  const [name, isAuthenticated] = JSON.parse((await client.get('/who', headers)).text) as unknown[];
  assert.equal(isAuthenticated, name !== null);
  const me = (await client.get('/me', headers)).text;
  return [name, me.includes('"ann"') ? 'ann' : null];
}

/** The password changes, and the process stops before it ends any session. */
async function changePassword(user: MemoryUser): Promise<void> {
  testApp.clock.advance(1000);
  const passwordHash = await quickPasswords.hash(new Secret(password));
  await testApp.users.update?.(user, { passwordHash, passwordChangedAt: testApp.clock.now() });
}

const [both, neither] = [
  ['ann', 'ann'],
  [null, null],
];

for (const sessions of ['the kit’s session', 'the app’s session', 'a session that is checked late'] as const)
  describe(`req.user of Passport over ${sessions}`, () => {
    let ann: MemoryUser;
    before(async () => {
      ann = await open(sessions);
    });
    after(() => testApp.close());

    it('is absent from another network, and back where the client is', async () => {
      const client = await signedIn();
      assert.deepEqual(await seen(client, home), both);
      assert.deepEqual(await seen(client, elsewhere), neither);
      await client.get('/visits', elsewhere);
      assert.deepEqual(await seen(client, home), both);
    });

    it('is absent in sessions of a time before the password was changed', async () => {
      const client = await signedIn();
      await changePassword(ann);
      assert.deepEqual(await seen(client, home), neither);
    });

    it('is of the new sign-in, whatever the session was before', async () => {
      const client = await signedIn();
      await changePassword(ann);
      assert.match((await client.post('/app-sign-in', {}, home)).text, /"ann"/);
      const moved = await signedIn();
      assert.match((await moved.post('/app-sign-in', {}, elsewhere)).text, /"ann"/);
    });

    it('stays absent after a sign-out from elsewhere', async () => {
      const client = await signedIn();
      assert.equal((await client.post('/app-sign-out', {}, elsewhere)).text, 'null');
      assert.deepEqual(await seen(client, home), neither);
    });
  });

describe('the entry of Passport', () => {
  before(() => open('the kit’s session'));
  after(() => testApp.close());

  it('is hidden before Passport reads it', async () => {
    const client = await signedIn();
    loads = 0;
    await client.get('/who', elsewhere);
    assert.equal(loads, 0);
    await client.get('/who', home);
    assert.equal(loads, 1);
  });
});

describe('a sign-in through Passport', () => {
  after(() => testApp.close());

  for (const [sessions, count] of [
    ['an unchecked session', 1],
    ['the app’s session', 0],
    ['the kit’s session', 0],
  ] as const)
    it(`over ${sessions} gives ${String(count)} warnings`, async () => {
      await open(sessions);
      await signedIn();
      await signedIn();
      assert.equal(testApp.log.filter(({ fields }) => fields['code'] === 'WARN_SESSION_UNCHECKED').length, count);
      if (sessions !== 'the kit’s session') await testApp.close();
    });
});
