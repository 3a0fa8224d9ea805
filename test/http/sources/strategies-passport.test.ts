import assert from 'node:assert/strict';
import express, { type Express } from 'express';
import session from 'express-session';
import { after, afterEach, before, describe, it } from 'mocha';
import { Passport } from 'passport';
import { memoryUsers, passportLogin, type MemoryUser, type UserStore } from '../../../lib/index.js';
import { passportLocal } from '../../recipes/passport-local.js';
import { password } from '../../support/account.js';
import { tellingUsers } from '../../support/http/telling-users.js';
import { quickPasswords, type TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { throughTheGate } from '../../support/sources/through-the-gate.js';

/** The app's own class of users: more than a record. */
class Member implements MemoryUser {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly data: MemoryUser['data'];
  readonly active: boolean;
  readonly createdAt: number;

  constructor(user: MemoryUser) {
    ({ id: this.id, username: this.username, email: this.email, name: this.name } = user);
    ({ data: this.data, active: this.active, createdAt: this.createdAt } = user);
  }

  get greeting(): string {
    return `Hello, ${this.name ?? this.username ?? 'you'}`;
  }
}

/** A store whose users are the app's own class, whichever lookup returns them. */
function membersOf(users: Required<UserStore<MemoryUser>>): UserStore<MemoryUser> {
  const own = (user: MemoryUser | null): Member | null => (user === null ? null : new Member(user));
  return {
    ...users,
    create: async (account, redemption) => new Member(await users.create(account, redemption)),
    findById: async (id) => own(await users.findById(id)),
    findByLogin: async (field, canonical) => own(await users.findByLogin(field, canonical)),
  };
}

const cookie = 'app.sid';
const callbackPath = '/source/acme/callback';

describe('an app with its own Passport, and sources in addition', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  /** Every request's user that is not of the store's type. */
  let strangers: unknown[];
  let members: MemoryUser[];
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(async () => {
    await testApp.close();
    assert.deepEqual(strangers, []);
  });

  async function open(options: TestAppOptions = {}, terms = {}): Promise<void> {
    strangers = [];
    const store = memoryUsers();
    members = [];
    const users = tellingUsers(membersOf(store.users), members);
    const app = (own: Express): void => {
      own.use(session({ name: cookie, secret: 'x'.repeat(32), resave: false, saveUninitialized: false }));
      own.use('/login', express.urlencoded({ extended: false }));
      passportLocal(own, users, quickPasswords);
      own.use((req, res, next) => {
        const look = (): void => {
          if (req.user !== undefined && !(req.user instanceof Member)) strangers.push(req.user);
        };
        look();
        // By then the router may have signed in a user.
        res.on('finish', look);
        next();
      });
      own.get('/shop', (req, res) => void (Object.assign(req.session, { cart: 'a book' }), res.end()));
      own.get('/held', (req, res) => void res.json(req.session));
      own.get('/greeting', (req, res) => void res.json(req.user instanceof Member ? req.user.greeting : null));
    };
    const login = passportLogin({ carry: ['cart'] });
    const parts = { users, redemptions: store.redemptions, login, session: app };
    testApp = await openAcmeApp(provider, { ...parts, ...options }, terms);
  }
  const by = (visitor: Visitor, start: string) => testApp.by(visitor, 'ann', start);
  const greeting = async ({ client }: Visitor): Promise<unknown> => JSON.parse((await client.get('/greeting')).text);
  const held = async ({ client }: Visitor): Promise<object> => JSON.parse((await client.get('/held')).text) as object;

  async function signedUp(name: string): Promise<void> {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.signUp(code, name);
    await visitor.client.post('/logout', {});
  }

  it('new person → gate → code → account → sign-in: req.user has the app’s own class', async () => {
    await open();
    const second = await throughTheGate({ ...testApp, members }, { by, slug: 'acme', username: 'ann' });
    assert.equal(await greeting(second), 'Hello, Ann Archer');
    assert.deepEqual(Object.keys(await held(second)).sort(), ['cookie', 'enrollmentSession', 'passport']);
  });

  it('the provider round trip keeps the app’s session; sign-in renews it and carries the rest', async () => {
    await open();
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.client.get('/shop');
    const before = visitor.client.cookies.get(cookie);
    const back = await by(visitor, '/source/acme/login');
    assert.equal(visitor.client.cookies.get(cookie), before);
    assert.deepEqual(Object.keys(await held(visitor)).sort(), ['cart', 'cookie']);
    await visitor.get(back.location);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.notEqual(visitor.client.cookies.get(cookie), before);
    assert.deepEqual(Object.keys(await held(visitor)).sort(), ['cart', 'cookie', 'enrollmentSession', 'passport']);
    const thief = new Visitor(testApp);
    thief.client.cookies.set(cookie, before ?? '');
    assert.equal(await greeting(thief), null);
  });

  it('a user who signs out by the app’s own route is out, and signs in again by the source', async () => {
    await open();
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.get((await by(visitor, '/source/acme/login')).location);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(await greeting(visitor), 'Hello, Ann Archer');
    await visitor.client.post('/logout', {});
    assert.deepEqual([await greeting(visitor), await visitor.me()], [null, null]);
    assert.equal((await by(visitor, '/source/acme/login')).status, 303);
    assert.equal(await greeting(visitor), 'Hello, Ann Archer');
  });

  it('a user signed in by the app’s own form is not replaced by another’s identity', async () => {
    await open();
    const { code } = await testApp.enrollment.invitations.create();
    const first = new Visitor(testApp);
    await first.get((await by(first, '/source/acme/login')).location);
    await first.follow(await first.submit({ invite_code: code }));
    await signedUp('zoe');
    const zoe = new Visitor(testApp);
    await zoe.client.post('/login', { username: 'zoe', password });
    assert.equal(await zoe.me(), 'zoe');
    const before = zoe.client.cookies.get(cookie);
    const answer = await by(zoe, '/source/acme/login');
    assert.equal(answer.status, 403, answer.text);
    assert.match(answer.text, /You’re signed in here as/);
    assert.deepEqual([await zoe.me(), zoe.client.cookies.get(cookie)], ['zoe', before]);
  });

  it('a user who signed up by form connects the account by its password and is in Passport', async () => {
    await open({}, { matching: 'email_link' });
    await signedUp('ann');
    const visitor = new Visitor(testApp);
    const back = await by(visitor, '/source/acme/login');
    assert.equal(back.location, '/if/flow/connect-account/');
    await visitor.get(back.location);
    assert.equal(await visitor.me(), null);
    await visitor.follow(await visitor.submit({ password }));
    await visitor.follow(await visitor.submit({}));
    assert.equal(await greeting(visitor), 'Hello, ann');
    const second = new Visitor(testApp);
    await by(second, '/source/acme/login');
    assert.equal(await greeting(second), 'Hello, ann');
  });

  it('the app’s own strategies keep their names and their paths', async () => {
    const passport = new Passport();
    const own = { name: 'acme', authenticate: () => assert.fail('the app’s own strategy was driven') };
    passport.use('acme', own);
    const before = (app: Express): void => void app.use('/auth/acme', passport.authenticate('acme'));
    await open({ before });
    const visitor = new Visitor(testApp);
    const back = await by(visitor, '/source/acme/login');
    assert.equal(back.location, '/if/flow/no-access-yet/');
    assert.equal((await visitor.client.get(callbackPath)).status, 403);
    await visitor.get(back.location);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(await visitor.me(), 'ann');
  });
});
