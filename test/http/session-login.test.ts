import assert from 'node:assert/strict';
import session from 'express-session';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import {
  defineFlow,
  inviteCode,
  memoryUsers,
  promptStage,
  sessionLogin,
  text,
  userLogin,
  username,
  userWrite,
} from '../../lib/index.js';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const sid = 'enrollment.sid';

describe('signing in with sessionLogin', () => {
  let redis: TestRedis;
  let testApp: TestApp;
  let visitor: Visitor;
  let code: string;
  before(async () => {
    redis = await startRedis();
    testApp = await openTestApp({
      redis: redis.url,
      clock: { now: () => Date.now() },
      login: sessionLogin({ carry: ['cart', 'unset'] }),
      before: (app) =>
        void app.get('/shop', (req, res) =>
          testApp.enrollment.session()(req, res, () => {
            Object.assign(req.session, { cart: ['a book'], junk: 'from before', enrollmentUser: undefined });
            res.end();
          }),
        ),
    });
    await testApp.enrollment.ready();
  });
  after(async () => {
    await testApp.close();
    await redis.stop();
  });
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create());
  });

  const stored = async (): Promise<readonly Record<string, unknown>[]> => {
    const client = redis.client();
    const keys = await client.keys('*:session:*');
    return Promise.all(keys.map(async (key) => ({ key, ...(JSON.parse((await client.get(key)) ?? '{}') as object) })));
  };
  const idOf = (cookie: string | undefined): string => /^s%3A([^.]+)\./.exec(cookie ?? '')?.[1] ?? '';

  it('the browser gets a new session id, and the old one is gone from the store', async () => {
    await visitor.client.get('/shop');
    const fixed = visitor.client.cookies.get(sid);
    assert.ok((await stored()).some(({ key }) => String(key).endsWith(idOf(fixed))));
    await visitor.signUp(code, 'fixated');
    assert.notEqual(visitor.client.cookies.get(sid), fixed);
    assert.equal(await visitor.me(), 'fixated');
    assert.ok(!(await stored()).some(({ key }) => String(key).endsWith(idOf(fixed))));
    const attacker = new Visitor(testApp);
    attacker.client.cookies.set(sid, fixed ?? '');
    assert.equal(await attacker.me(), null);
  });

  it('what carry lists is kept, and the rest is dropped', async () => {
    await visitor.client.get('/shop');
    await visitor.signUp(code, 'carried');
    const own = (await stored()).find(({ key }) => String(key).endsWith(idOf(visitor.client.cookies.get(sid))));
    assert.deepEqual(own?.['cart'], ['a book']);
    assert.equal(own?.['junk'], undefined);
    assert.deepEqual(Object.keys(own ?? {}).sort(), [
      'cart',
      'cookie',
      'enrollmentEndsAt',
      'enrollmentSession',
      'enrollmentStartedAt',
      'enrollmentUser',
      'key',
    ]);
  });

  it('a user id planted in a session is not trusted after sign-in', async () => {
    await visitor.signUp(code, 'honest-me');
    const own = (await stored()).find(({ key }) => String(key).endsWith(idOf(visitor.client.cookies.get(sid))));
    assert.equal(own?.['enrollmentUser'], testApp.members.find(({ username }) => username === 'honest-me')?.id);
  });

  it('sign-out removes the session from the store and the browser, and its cookie is void', async () => {
    await visitor.signUp(code, 'leaver');
    const cookie = visitor.client.cookies.get(sid) ?? '';
    assert.equal((await visitor.client.post('/sign-out', {})).status, 303);
    assert.equal(visitor.client.cookies.get(sid), undefined);
    assert.ok(!(await stored()).some(({ key }) => String(key).endsWith(idOf(cookie))));
    visitor.client.cookies.set(sid, cookie);
    assert.equal(await visitor.me(), null);
  });

  it('the session of a deleted user authenticates no one', async () => {
    await visitor.signUp(code, 'removed');
    const member = testApp.members.find(({ username }) => username === 'removed');
    assert.ok(member);
    await testApp.users.remove?.(member);
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.get(testApp.page)).status, 403);
    await visitor.signUp((await testApp.enrollment.invitations.create()).code, 'invited-again');
    assert.equal(await visitor.me(), 'invited-again');
  });

  it('pages without a sign-in create no session, however many are opened', async () => {
    const before = (await stored()).length;
    for (let times = 0; times < 20; times += 1) await new Visitor(testApp).open();
    assert.equal((await stored()).length, before);
  });
});

describe('a persistent sign-in', () => {
  it('has a cookie with an expiry, also after a repeated click; others end with the browser', async () => {
    const stages = [
      promptStage({
        name: 'all',
        prompts: [
          text({ key: 'invite_code', label: 'Code', entryLink: true }),
          username({ key: 'username', label: 'Name' }),
        ],
        validation: [inviteCode()],
      }),
      userWrite({ name: 'user-write' }),
      userLogin({ name: 'user-login', rememberSeconds: 3600 }),
    ];
    const testApp = await openTestApp({
      flows: [defineFlow({ slug: 'lasting', title: 'Join', designation: 'enrollment', stages })],
    });
    const visitor = new Visitor(testApp);
    await visitor.open();
    const { action, hidden } = visitor.form;
    const fields = {
      ...hidden,
      username: 'lasting',
      invite_code: (await testApp.enrollment.invitations.create()).code,
    };
    for (let times = 0; times < 2; times += 1) {
      visitor.client.cookies.set(sid, 'none');
      const before = Date.now();
      const lines = (await visitor.post(action, fields)).headers['set-cookie'] ?? [];
      const [, expires = ''] =
        /^enrollment\.sid=.*; Expires=([^;]+)/.exec(lines.find((line) => line.startsWith(sid)) ?? '') ?? [];
      // Cookies use whole seconds.
      const begun = Date.parse(expires) - 3_600_000;
      assert.ok(begun >= before - 1000 && begun <= Date.now() + 1000, lines.join('\n'));
    }
    await testApp.close();
    const plain = await openTestApp();
    const lines =
      (await new Visitor(plain).signUp((await plain.enrollment.invitations.create()).code, 'brief')).headers[
        'set-cookie'
      ] ?? [];
    assert.doesNotMatch(lines.find((line) => line.startsWith(sid)) ?? 'Expires', /Expires|Max-Age/);
    await plain.close();
  });
});

describe('users who may not sign in', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  it('F28: an inactive account is created, and is not signed in', async () => {
    const store = memoryUsers();
    testApp = await openTestApp({
      redemptions: store.redemptions,
      users: { ...store.users, toProfile: (user) => ({ ...store.users.toProfile(user), active: false }) },
    });
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const answer = await visitor.submit(accountOf('sleeping'));
    assert.equal(answer.status, 200);
    assert.match(answer.text, /It isn’t active yet/);
    assert.doesNotMatch(answer.text, /Sign in to continue/);
    assert.equal(visitor.client.cookies.get(sid), undefined);
    assert.equal(await visitor.me(), null);
    assert.notEqual(await store.users.findByLogin('username', 'sleeping'), null);
  });

  it('an inactive user is signed out and cannot make a second account with the same name', async () => {
    const store = memoryUsers();
    const asleep = new Set<string>();
    testApp = await openTestApp({
      redemptions: store.redemptions,
      users: {
        ...store.users,
        toProfile: (user) => ({ ...store.users.toProfile(user), active: !asleep.has(user.id) }),
      },
    });
    const { code } = await testApp.enrollment.invitations.create({ uses: 2 });
    const visitor = new Visitor(testApp);
    await visitor.signUp(code, 'later-asleep');
    testApp.clock.advance(121_000);
    assert.equal((await visitor.open()).status, 403);
    asleep.add((await store.users.findByLogin('username', 'later-asleep'))?.id ?? '');
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.open()).status, 200);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit(accountOf('later-asleep'))).status, 422);
  });
});

describe('a missing session', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  it('without session middleware every page is 500, and the log says what to mount', async () => {
    testApp = await openTestApp({ session: () => undefined });
    const visitor = new Visitor(testApp);
    const answer = await visitor.get(testApp.page);
    assert.equal(answer.status, 500);
    assert.match(answer.text, /Reference: \w{8}/);
    const [problem] = testApp.log.filter(({ level }) => level === 'error');
    const error = problem?.fields['err'] as { code?: string; message?: string };
    assert.equal(error.code, 'ERR_ENROLLMENT_LOGIN');
    assert.match(error.message ?? '', /app\.use\(enrollment\.session\(\)\)/);
    assert.equal((await visitor.post(testApp.page, {})).status, 500);
  });

  it('a session store that lost its connection is 503, not an anonymous visitor', async () => {
    const store = new session.MemoryStore();
    testApp = await openTestApp({
      session: (app) =>
        void app.use(session({ secret: 'x'.repeat(32), store, resave: false, saveUninitialized: false })),
    });
    const visitor = new Visitor(testApp);
    assert.equal((await visitor.get(testApp.page)).status, 200);
    store.emit('disconnect');
    const answer = await visitor.get(testApp.page);
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    store.emit('connect');
    assert.equal((await visitor.get(testApp.page)).status, 200);
  });
});
