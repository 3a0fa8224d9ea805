import assert from 'node:assert/strict';
import { hash as bcryptHash } from 'bcrypt';
import express from 'express';
import session from 'express-session';
import type { Pool } from 'pg';
import { postgresUsers, type SqlUsers } from '../../lib/sql.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { password } from '../support/account.js';
import { openTestApp, quickPasswords, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startPostgres, type TestPostgres } from '../support/postgres-server.js';
import { bcryptUntilNextSignIn } from './bcrypt.js';
import { login, passportLocal } from './passport-local.js';

describe('the passport-local recipe, with users in PostgreSQL', () => {
  let server: TestPostgres;
  let pool: Pool;
  let store: SqlUsers;
  let testApp: TestApp;
  const passwords = bcryptUntilNextSignIn(quickPasswords);

  before(async () => {
    server = await startPostgres();
    pool = server.pool(await server.database());
    store = postgresUsers(pool);
    await store.ready();
  });
  after(() => server.stop());
  beforeEach(async () => {
    const { users, redemptions } = store;
    testApp = await openTestApp({
      users,
      redemptions,
      passwords,
      login,
      session(app, enrollment) {
        app.use(session({ name: 'app.sid', secret: 'x'.repeat(32), resave: false, saveUninitialized: false }));
        app.use(enrollment.checkSession());
        passportLocal(app, users, passwords);
        app.post('/cart', express.urlencoded({ extended: false }), (req, res) => {
          Object.assign(req.session, { cart: ['a book'], junk: 'x' });
          res.end();
        });
        app.get('/cart', (req, res) => void res.json({ user: req.user ?? null, session: req.session }));
      },
      // passport-local reads the form that the app has parsed.
      before: (app) => void app.use('/login', express.urlencoded({ extended: false })),
    });
  });
  afterEach(() => testApp.close());

  const signIn = async (visitor: Visitor, name: string, typed: string): Promise<string> =>
    (await visitor.post('/login', { username: name, password: typed })).location;

  it('signup keeps the cart, drops the rest of the old session, and signs in through Passport', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const visitor = new Visitor(testApp);
    await visitor.post('/cart', {});
    await visitor.signUp(code, 'ann');
    const { user, session: held } = JSON.parse((await visitor.get('/cart')).text) as {
      user: { username: string };
      session: Record<string, unknown>;
    };
    assert.deepEqual(held['cart'], ['a book']);
    assert.equal(held['junk'], undefined);
    assert.equal(user.username, 'ann');
    assert.equal(await visitor.me(), 'ann');
  });

  it('signs in afterwards by the app’s own form, by name or address, in any spelling', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    await new Visitor(testApp).signUp(code, 'bea');
    for (const typed of ['bea', ' BEA ', 'Bea@Example.COM']) {
      const visitor = new Visitor(testApp);
      assert.equal(await signIn(visitor, typed, password), '/');
      assert.equal(await visitor.me(), 'bea');
      await visitor.post('/logout', {});
      assert.equal(await visitor.me(), null);
    }
    assert.equal(await signIn(new Visitor(testApp), 'bea', 'velvet tram'), '/login?failed');
    assert.equal(await signIn(new Visitor(testApp), 'nobody', password), '/login?failed');
  });

  it('signs in with a bcrypt hash once, and rehashes it as argon2id', async () => {
    const old = await bcryptHash(password, 4);
    const user = await store.users.create(sampleAccount({ passwordHash: old }), sampleRedemption());
    assert.equal(await signIn(new Visitor(testApp), user.username ?? '', 'velvet tram'), '/login?failed');
    assert.equal(await store.users.passwordHash(user), old);
    assert.equal(await signIn(new Visitor(testApp), user.username ?? '', password), '/');
    assert.match((await store.users.passwordHash(user)) ?? '', /^\$argon2id\$/);
    assert.equal(await signIn(new Visitor(testApp), user.username ?? '', password), '/');
  });

  it('refuses deactivated users on every path', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const visitor = new Visitor(testApp);
    await visitor.signUp(code, 'carl');
    await pool.query("UPDATE users SET active = false WHERE username = 'carl'");
    assert.equal(await visitor.me(), null);
    assert.equal(await signIn(new Visitor(testApp), 'carl', password), '/login?failed');
  });

  it('matches no password for an account without one', async () => {
    const user = await store.users.create(sampleAccount({ passwordHash: null }), sampleRedemption());
    for (const typed of ['null', 'undefined', 'x'])
      assert.equal(await signIn(new Visitor(testApp), user.username ?? '', typed), '/login?failed');
  });
});
