import assert from 'node:assert/strict';
import type { Express, RequestHandler } from 'express';
import { after, afterEach, before, describe, it } from 'mocha';
import { Passport, Strategy } from 'passport';
import {
  admittedSource,
  memoryConnections,
  memoryUsers,
  passportLogin,
  signInFlow,
  signOutFlow,
  type Enrollment,
  type MemoryUser,
} from '../../../lib/index.js';
import { accountOf } from '../../support/account.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { openHostileApp, reasonsTold, type HostileApp } from '../../support/sources/hostile-app.js';
import { enter, entrance, gatePage, withoutPassword } from '../../support/sources/people.js';

/** Accepts the identity that it receives. */
class CustomStrategy extends Strategy {
  override readonly name = 'custom';
  profile: object = {};
  override authenticate(): void {
    this.success(this.profile);
  }
}

describe('problems of honest users with a source', () => {
  let provider: HostileProvider;
  let testApp: TestApp;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(async () => {
    provider.reset();
    await testApp.close();
  });

  async function open(options: TestAppOptions = {}): Promise<HostileApp> {
    const opened = await openHostileApp(provider, options);
    testApp = opened;
    return opened;
  }
  const newCode = async (): Promise<string> => (await testApp.enrollment.invitations.create({ uses: 5 })).code;

  it('F31: an unverified address is filled in, and stays unverified', async () => {
    provider.person = { ...provider.person, email_verified: false };
    const { users, redemptions } = memoryUsers();
    const made: object[] = [];
    const create: typeof users.create = (account, redemption) => {
      made.push({ email: account.email, verified: account.emailVerified ?? false });
      return users.create(account, redemption);
    };
    const { by } = await open({ users: { ...users, create }, redemptions });
    const visitor = new Visitor(testApp);
    await by(visitor);
    await visitor.get(gatePage);
    await visitor.follow(await visitor.submit({ invite_code: await newCode() }));
    assert.match(
      visitor.page.text,
      /name="email"[^>]*value="ann@example\.com"|value="ann@example\.com"[^>]*name="email"/,
    );
    assert.deepEqual(made, [], 'it is asked, and not taken');
    await visitor.submit({ email: 'ann@example.com' });
    assert.deepEqual(made, [{ email: 'ann@example.com', verified: false }]);
  });

  it('F31: if the provider has no account choice, the same click signs in there again', async () => {
    const { by } = await open();
    const visitor = new Visitor(testApp);
    await by(visitor);
    const away = await visitor.client.get(`${gatePage}source/acme/other/`);
    const sent = new URL(away.location);
    assert.equal(sent.searchParams.get('prompt'), 'select_account');
    const back = new URLSearchParams({ error: 'invalid_request', iss: provider.issuer });
    back.set('state', sent.searchParams.get('state') ?? '');
    const again = await visitor.client.get(`/source/acme/callback?${String(back)}`);
    assert.equal(again.status, 303, again.text);
    const anew = new URL(again.location);
    assert.deepEqual([anew.origin, anew.searchParams.get('prompt')], [provider.issuer, 'login']);
    provider.person = { ...provider.person, sub: 'bob', email: 'bob@example.com' };
    const known = await visitor.client.get(`/source/acme/callback?${String(provider.answer(anew))}`);
    assert.equal(known.location, gatePage, 'the plan goes on');
    await visitor.get(gatePage);
    assert.match(visitor.page.text, /bob@example\.com/);
    assert.deepEqual(reasonsTold(testApp), []);
  });

  it('F31: a person signed in as another user sees as which one, and a link signs out and back', async () => {
    const { by, connections } = await open({
      flows: [signup, signInFlow({ slug: 'sign-in' }), signOutFlow({ slug: 'sign-out' })],
      after: entrance((id) => testApp.users.findById(id)),
    });
    const [ann, zoe] = [await withoutPassword(testApp, 'ann'), await withoutPassword(testApp, 'zoe')];
    await connections.link(ann.id, { source: 'acme', issuer: provider.issuer, subject: 'ann' });
    const visitor = new Visitor(testApp);
    await enter(visitor, zoe);
    const refused = await by(visitor, '/source/acme/login?next=/books');
    assert.equal(refused.status, 403);
    assert.match(refused.text, /signed in here as zoe/);
    const [, href = ''] = /href="([^"]*)"[^>]*>\s*Sign out and continue with Acme/.exec(refused.text) ?? [];
    await visitor.follow(await visitor.get(href.replaceAll('&amp;', '&')));
    const out = await visitor.submit({});
    assert.equal(out.location, '/source/acme/login?next=%2Fbooks');
    assert.equal(await visitor.me(), null);
    assert.equal((await by(visitor, out.location)).location, '/books');
    assert.equal(await visitor.me(), 'ann');
  });

  it('F25: from the gate to sign-in and back: a button connects the identity, next is kept', async () => {
    const { by, connections } = await open({ flows: [signup, signInFlow({ slug: 'sign-in' })] });
    const flow = new Visitor(testApp);
    await flow.enterCode(await newCode());
    await flow.submit(accountOf('zoe'));
    const [zoe] = testApp.members;
    const held = { source: 'acme', issuer: provider.issuer, subject: 'ann' };
    const visitor = new Visitor(testApp);
    await by(visitor, '/source/acme/login?next=/books');
    await visitor.get(gatePage);
    const [, href = ''] = /href="([^"]*)"[^>]*>\s*Sign in\s*</.exec(visitor.page.text) ?? [];
    const back = `${gatePage}source/acme/connect/`;
    assert.equal((await visitor.client.get(back)).location, gatePage, 'nobody is signed in by it');
    await visitor.follow(await visitor.get(href.replaceAll('&amp;', '&')));
    const entered = await visitor.submit({ uid_field: 'zoe', password: accountOf('zoe').password ?? '' });
    assert.equal(entered.location, back, entered.text);
    await visitor.follow(await visitor.get(back));
    assert.match(visitor.page.text, /Connect Acme to your account\?/);
    assert.equal(await connections.find(held), null, 'not before the button');
    const done = await visitor.submit({});
    assert.equal(done.location, '/books', done.text);
    assert.equal(await connections.find(held), zoe?.id);
    const second = new Visitor(testApp);
    await by(second);
    assert.equal(await second.me(), 'zoe');
  });

  it('F25: an invitation link to an app with sources only says what to do, and keeps the code', async () => {
    const { by } = await open({ flows: [] });
    const { url } = await testApp.enrollment.invitations.create({ flow: 'no-access-yet' });
    assert.ok(url !== null);
    const visitor = new Visitor(testApp);
    const { pathname, search } = new URL(url);
    const sent = await visitor.client.get(pathname + search);
    const page = await visitor.client.get(sent.location);
    assert.equal(page.status, 200);
    assert.match(page.text, /You’re invited/);
    assert.match(page.text, /href="\/source\/acme\/login"[^>]*>\s*<span[^>]*>Continue with Acme/);
    assert.doesNotMatch(page.text, /can’t continue|can’t sign up with this invitation/);
    await by(visitor);
    await visitor.get(gatePage);
    await visitor.submit({
      invite_code:
        /name="invite_code"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="invite_code"/
          .exec(visitor.page.text)
          ?.slice(1)
          .find(Boolean) ?? '',
    });
    assert.equal(await visitor.me(), 'ann', visitor.page.text);
    assert.equal(
      (await new Visitor(testApp).client.get('/if/flow/no-access-yet/')).status,
      403,
      'without a code it says so as before',
    );
  });

  it('F14: a person that Passport put into the session before the gate is refused and removed', async () => {
    testApp = await openTestApp({
      sources: [admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example' })],
      connections: memoryConnections(),
      flows: [signup],
      after(app: Express, enrollment: Enrollment<MemoryUser>) {
        const signedInByPassport: RequestHandler = (req, _res, next) => {
          Object.assign(req.session, { passport: { user: 'somebody' } });
          next();
        };
        app.get(
          '/sso',
          signedInByPassport,
          enrollment.admit('corp', () => ({ subject: 'ann', username: 'ann' })),
        );
        app.get('/guarded', (req, res) => {
          res.sendStatus('passport' in req.session ? 200 : 401);
        });
      },
    });
    const visitor = new Visitor(testApp);
    assert.equal((await visitor.client.get('/sso')).status, 500);
    assert.equal((await visitor.client.get('/guarded')).status, 401);
    const [said] = testApp.log.flatMap(({ fields }) => (fields['err'] instanceof Error ? [fields['err'].message] : []));
    assert.match(said ?? '', /session: false.*assignProperty/);
  });

  it('F14: a profile in Passport’s session is no account, even if an account has its id', async () => {
    const passport = new Passport();
    passport.serializeUser((user, done) => done(null, Reflect.get(user, 'id')));
    passport.deserializeUser((id: string, done) => {
      testApp.users.findById(id).then((user) => done(null, user ?? false), done);
    });
    const strategy = new CustomStrategy();
    const { users, redemptions } = memoryUsers();
    // As in the README: an account that is not blocked is active.
    const toProfile: typeof users.toProfile = (user) => {
      const row: { readonly active?: boolean } = user;
      return { ...users.toProfile(user), active: row.active ?? true };
    };
    testApp = await openTestApp({
      users: { ...users, toProfile },
      redemptions,
      login: passportLogin(),
      sources: [admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example' })],
      connections: memoryConnections(),
      flows: [signup],
      session(app) {
        app.use((req, res, next) => void testApp.enrollment.session()(req, res, next));
        app.use(passport.initialize(), passport.session());
      },
      after(app: Express, enrollment: Enrollment<MemoryUser>) {
        app.get(
          '/sso',
          passport.authenticate(strategy),
          enrollment.admit('corp', () => ({ subject: 'github-1', username: 'mallory' })),
        );
      },
    });
    const ann = new Visitor(testApp);
    await ann.signUp((await testApp.enrollment.invitations.create()).code, 'ann');
    const [member] = await Promise.all([users.findByLogin('username', 'ann')]);
    strategy.profile = { id: member?.id, displayName: 'Mallory' };
    const mallory = new Visitor(testApp);
    assert.equal((await mallory.client.get('/sso')).status, 500);
    assert.equal(await mallory.me(), null);
    assert.equal((await ann.client.get('/sso')).status, 500, 'nor for whom it names');

    strategy.profile = member ?? {};
    const known = new Visitor(testApp);
    assert.equal((await known.client.get('/sso')).status, 303, 'a user of the store is known');
  });

  it('F32: the loser of two gates of one person sees that the account exists, on every page', async () => {
    const { by } = await open();
    const code = await newCode();
    const [first, second, third] = [new Visitor(testApp), new Visitor(testApp), new Visitor(testApp)];
    for (const visitor of [first, second, third]) {
      await by(visitor);
      await visitor.get(gatePage);
    }
    await first.submit({ invite_code: code });
    assert.equal(await first.me(), 'ann');
    for (const visitor of [second, third]) {
      const emitted = await visitor.submit({ invite_code: code });
      assert.equal(emitted.status, 403, emitted.text);
      assert.match(emitted.text, /You already have an account here/);
      assert.doesNotMatch(emitted.text, /can’t be your username/);
      assert.match(emitted.text, /href="\/source\/acme\/login"/);
    }
    assert.equal(testApp.members.length, 1);
  });

  it('F32: one’s own name or address is not reported as taken by another', async () => {
    provider.person = { sub: 'ann' };
    const { by } = await open();
    const code = await newCode();
    const [first, second] = [new Visitor(testApp), new Visitor(testApp)];
    for (const visitor of [first, second]) {
      await by(visitor);
      await visitor.get(gatePage);
      await visitor.follow(await visitor.submit({ invite_code: code }));
    }
    await first.follow(await first.submit({ username: 'ann' }));
    await first.submit({ email: 'ann@example.com' });
    assert.equal(await first.me(), 'ann');
    const emitted = await second.submit({ username: 'ann' });
    assert.equal(emitted.status, 422);
    assert.match(emitted.text, /You already have an account here/);
  });

  it('F32: an admit that never settles ends in a page', async () => {
    const behind = (app: Express, enrollment: Enrollment<MemoryUser>): void => {
      app.get(
        '/sso',
        enrollment.admit('corp', () => new Promise(() => undefined)),
      );
    };
    testApp = await openTestApp({
      sources: [admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example', timeoutMs: 100 })],
      connections: memoryConnections(),
      flows: [signup],
      after: behind,
    });
    const answer = await new Visitor(testApp).client.get('/sso');
    assert.equal(answer.status, 503);
    assert.deepEqual(reasonsTold(testApp), ['provider.slow']);
  });
});
