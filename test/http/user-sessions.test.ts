import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import session, { MemoryStore } from 'express-session';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { Passport } from 'passport';
import {
  defineFlow,
  definePolicy,
  identification,
  memoryUsers,
  password as passwordPrompt,
  passportLogin,
  promptStage,
  sessionLogin,
  signInFlow,
  signOutFlow,
  text,
  userLogin,
  userWrite,
  type MemoryUser,
} from '../../lib/index.js';
import { sessionPrompt } from '../../lib/prompts.js';
import { confirmPassword, sessionEnd } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const next = 'another tram over the harbour';

const changePassword = defineFlow({
  slug: 'change',
  title: 'Change password',
  designation: 'stage_configuration',
  authentication: 'require_authenticated',
  target: '/changed',
  stages: [
    confirmPassword({ name: 'confirm' }),
    promptStage({ name: 'new', prompts: [passwordPrompt({ key: 'password', label: 'New password' })] }),
    userWrite({ name: 'user-write', creationMode: 'never_create' }),
  ],
});

const sids = ['enrollment.sid', 'app.sid'];

const sessionCookie = ({ client }: Visitor): string | undefined =>
  sids.map((name) => client.cookies.get(name)).find((value) => value !== undefined);

/** Signs in on its second page. */
const twoPages = defineFlow({
  slug: 'two-pages',
  title: 'Sign in',
  designation: 'authentication',
  authentication: 'require_unauthenticated',
  target: '/inside',
  stages: [
    identification({ name: 'who', password: true }),
    promptStage({
      name: 'news',
      prompts: [text({ key: 'news', label: 'News', required: false })],
      validation: [definePolicy({ name: 'read', consumes: ['news'], check: () => true })],
    }),
    userLogin({ name: 'user-login' }),
  ],
});

const ownSession = (store: MemoryStore) =>
  session({ name: 'app.sid', secret: 'x'.repeat(32), resave: false, saveUninitialized: false, store });

/** The app's own session middleware, alone or with Passport. */
function own(kind: 'session' | 'passport'): () => TestAppOptions & { readonly testApp: (app: TestApp) => void } {
  return () => {
    const store = new MemoryStore();
    let testApp: TestApp;
    const passport = new Passport();
    passport.serializeUser((user, done) => done(null, (user as MemoryUser).id));
    passport.deserializeUser((id: string, done) => {
      testApp.users.findById(id).then((user) => done(null, user ?? false), done);
    });
    return {
      testApp: (app) => void (testApp = app),
      login: kind === 'passport' ? passportLogin() : sessionLogin(),
      session: (app) => {
        app.use(ownSession(store));
        if (kind === 'passport') app.use(passport.initialize(), passport.session());
      },
    };
  };
}

const setups = new Map<string, () => TestAppOptions & { readonly testApp?: (app: TestApp) => void }>([
  ['sessionLogin and enrollment.session()', () => ({})],
  ['sessionLogin and a session store of the app', own('session')],
  ['passportLogin and a session store of the app', own('passport')],
]);

for (const [title, setup] of setups)
  describe(`the sessions of a user, with ${title}`, () => {
    let testApp: TestApp;
    let ann: MemoryUser;
    let [one, two]: Visitor[] = [];
    let count = 0;
    const asleep = new Set<string>();
    const flows = [
      signInFlow({ slug: 'sign-in', target: '/inside' }),
      signOutFlow({ slug: 'sign-out', target: '/outside' }),
      changePassword,
      twoPages,
    ];
    before(async () => {
      const { testApp: tell, ...options } = setup();
      const store = memoryUsers();
      testApp = await openTestApp({
        users: {
          ...store.users,
          toProfile: (user) => ({ ...store.users.toProfile(user), active: !asleep.has(user.id) }),
        },
        redemptions: store.redemptions,
        flows,
        ...options,
        after: (app, enrollment) => {
          app.get('/sessions', async (req, res) => {
            const user = await enrollment.currentUser(req);
            res.json(user === null ? [] : await enrollment.sessions.list(user.id, { current: req }));
          });
          app.post('/end-others', async (req, res) => {
            const user = await enrollment.currentUser(req);
            if (user !== null) await enrollment.sessions.endAll(user.id, { except: req });
            res.end();
          });
        },
      });
      tell?.(testApp);
    });
    after(() => testApp.close());
    beforeEach(async () => {
      ann = await member(testApp, `ann-${(count += 1)}`);
      [one, two] = [new Visitor(testApp, { headers: { 'user-agent': 'One' } }), new Visitor(testApp)];
      await signIn(one, ann.username ?? '');
      testApp.clock.advance(1000);
      await signIn(two, ann.username ?? '');
    });
    const names = async (): Promise<readonly (string | null)[]> => [
      await visitorOf(one).me(),
      await visitorOf(two).me(),
    ];
    const visitorOf = (visitor: Visitor | undefined): Visitor => {
      assert.ok(visitor);
      return visitor;
    };
    const listed = () => testApp.enrollment.sessions.list(ann.id);

    it('are listed with their browser, the latest first, without their ids', async () => {
      const { text: json } = await visitorOf(one).client.get('/sessions');
      const [second, first, ...more] = JSON.parse(json) as Awaited<ReturnType<typeof listed>>;
      assert.deepEqual([first?.userAgent, first?.isCurrent, second?.isCurrent, more.length], ['One', true, false, 0]);
      assert.equal((second?.signedInAt ?? 0) - (first?.signedInAt ?? 0), 1000);
      for (const visitor of [visitorOf(one), visitorOf(two)])
        assert.ok(!json.includes(/^s%3A([^.]+)/.exec(sessionCookie(visitor) ?? '')?.[1] ?? '/'), json);
    });

    it('end one by one', async () => {
      const [latest] = await listed();
      assert.equal(await testApp.enrollment.sessions.end(ann.id, latest?.id ?? ''), true);
      assert.deepEqual(await names(), [ann.username, null]);
      assert.equal(await testApp.enrollment.sessions.end(ann.id, latest?.id ?? ''), false);
      assert.equal((await listed()).length, 1);
    });

    it('of another user do not end by their id', async () => {
      const [latest] = await listed();
      const other = await member(testApp, `${ann.username ?? ''}-other`);
      assert.equal(await testApp.enrollment.sessions.end(other.id, latest?.id ?? ''), false);
      assert.deepEqual(await names(), [ann.username, ann.username]);
    });

    it('end by the id of a user, and by nothing else', async () => {
      const wrong: unknown = ann;
      await assert.rejects(testApp.enrollment.sessions.endAll(wrong as string), { code: 'ERR_ENROLLMENT_USER_STORE' });
      await assert.rejects(testApp.enrollment.sessions.list(wrong as string), { code: 'ERR_ENROLLMENT_USER_STORE' });
      assert.deepEqual(await names(), [ann.username, ann.username]);
    });

    it('end all together, except the present one', async () => {
      const before = sessionCookie(visitorOf(one));
      await visitorOf(one).client.post('/end-others', {});
      assert.deepEqual(await names(), [ann.username, null]);
      assert.equal(sessionCookie(visitorOf(one)), before);
      await testApp.enrollment.sessions.endAll(ann.id);
      assert.deepEqual(await names(), [null, null]);
      assert.deepEqual(await listed(), []);
    });

    it('are not listed after signing out', async () => {
      await visitorOf(two).client.post('/sign-out', {});
      assert.deepEqual(
        (await listed()).map(({ userAgent }) => userAgent),
        ['One'],
      );
    });

    it('CVE-2025-29928: end when the password changes, except the present one, which gets a new id', async () => {
      const visitor = visitorOf(one);
      const stolen = sessionCookie(visitor);
      await change(visitor);
      assert.deepEqual(await names(), [ann.username, null]);
      assert.equal((await listed()).length, 1);
      const thief = new Visitor(testApp);
      for (const name of sids) thief.client.cookies.set(name, stolen ?? '');
      assert.equal(await thief.me(), null);
      assert.equal((await signIn(new Visitor(testApp), ann.username ?? '')).status, 422);
      assert.equal((await signIn(new Visitor(testApp), ann.username ?? '', next)).status, 303);
    });

    it('CVE-2025-29928: a plan that holds the old password signs in no more', async () => {
      const attacker = new Visitor(testApp);
      await attacker.open('/if/flow/two-pages/');
      await attacker.follow(await attacker.submit({ uid_field: ann.username ?? '', password }));
      assert.equal(attacker.step.split(' ')[0], 'news');
      testApp.clock.advance(1);
      await change(visitorOf(one));
      const answer = await attacker.submit({ news: '' });
      assert.deepEqual([answer.status, answer.location], [303, '/if/flow/two-pages/']);
      await attacker.follow(answer);
      assert.equal(attacker.step.split(' ')[0], 'who');
      assert.equal(await attacker.me(), null);
      assert.equal((await listed()).length, 1);
    });

    it('CVE-2025-53942: a deactivated account signs in by no way, and its sessions end', async () => {
      const begun = new Visitor(testApp);
      await begun.open('/if/flow/two-pages/');
      await begun.follow(await begun.submit({ uid_field: ann.username ?? '', password }));
      const again = new Visitor(testApp);
      await again.open('/if/flow/sign-in/');
      const { action, hidden } = again.form;
      const fields = { ...hidden, uid_field: ann.username ?? '', password };
      await again.post(action, fields);
      asleep.add(ann.id);
      assert.deepEqual([await names(), await again.me()], [[null, null], null]);
      assert.equal((await signIn(new Visitor(testApp), ann.username ?? '')).status, 422);
      assert.equal((await begun.submit({ news: '' })).status, 403);
      await again.post(action, fields);
      assert.deepEqual([await begun.me(), await again.me()], [null, null]);
      await testApp.enrollment.sessions.endAll(ann.id);
      asleep.delete(ann.id);
      assert.deepEqual([await names(), await begun.me(), await again.me()], [[null, null], null, null]);
    });

    it('CVE-2025-29928: the form of an earlier sign-in, sent again, signs in no more', async () => {
      const attacker = new Visitor(testApp);
      await attacker.open('/if/flow/sign-in/');
      const { action, hidden } = attacker.form;
      const fields = { ...hidden, uid_field: ann.username ?? '', password };
      assert.equal((await attacker.post(action, fields)).status, 303);
      // In the same millisecond.
      await testApp.enrollment.sessions.endAll(ann.id);
      await attacker.post(action, fields);
      assert.equal(await attacker.me(), null);
    });

    async function change(visitor: Visitor): Promise<void> {
      await visitor.open('/if/flow/change/');
      await visitor.follow(await visitor.submit({ password }));
      const answer = await visitor.submit({ password: next });
      assert.deepEqual([answer.status, answer.location], [303, '/changed'], answer.text);
    }
  });

function signal(): { readonly given: Promise<void>; give(): void } {
  let give: () => void = () => assert.fail('not begun');
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

describe('a sign-in with settings', () => {
  const flow = (slug: string, settings: object) =>
    defineFlow({
      slug,
      title: 'Sign in',
      designation: 'authentication',
      target: '/inside',
      stages: [identification({ name: 'who', password: true }), userLogin({ name: 'user-login', ...settings })],
    });

  it('a sign-in that is bound to its network is valid there only, also after a second click', async () => {
    const testApp = await openTestApp({
      flows: [flow('bound', { networkBinding: 'network' })],
      before: (app) => void app.set('trust proxy', 1),
    });
    try {
      const ann = await member(testApp, 'ann');
      const visitor = new Visitor(testApp);
      const from = (address: string) => ({ 'x-forwarded-for': address });
      await visitor.get('/if/flow/bound/', from('192.0.2.7'));
      const { action, hidden } = visitor.form;
      const fields = { ...hidden, uid_field: ann.username ?? '', password };
      for (let times = 0; times < 2; times += 1) {
        assert.equal((await visitor.post(action, fields, from('192.0.2.7'))).status, 303);
        const me = async (address: string): Promise<string> => (await visitor.client.get('/me', from(address))).text;
        assert.match(await me('192.0.2.200'), /"ann"/);
        assert.doesNotMatch(await me('192.0.3.7'), /"ann"/);
        assert.doesNotMatch(await me('2001:db8::1'), /"ann"/);
        visitor.client.cookies.set('enrollment.sid', 'none');
      }
    } finally {
      await testApp.close();
    }
  });

  it('a sign-in that ends other sessions leaves one, also after a second click', async () => {
    const testApp = await openTestApp({ flows: [flow('alone', { endOtherSessions: true }), flow('more', {})] });
    try {
      const ann = await member(testApp, 'ann');
      const [first, second] = [new Visitor(testApp), new Visitor(testApp)];
      await first.open('/if/flow/more/');
      await first.submit({ uid_field: ann.username ?? '', password });
      testApp.clock.advance(1);
      await second.open('/if/flow/alone/');
      const { action, hidden } = second.form;
      const fields = { ...hidden, uid_field: ann.username ?? '', password };
      await Promise.all([second.post(action, fields), second.post(action, fields)]);
      assert.deepEqual([await first.me(), await second.me()], [null, 'ann']);
    } finally {
      await testApp.close();
    }
  });

  describe('a sign-in that ends other sessions, once it has begun to', () => {
    const others = defineFlow({
      slug: 'others',
      title: 'Sessions',
      designation: 'stage_configuration',
      authentication: 'require_authenticated',
      stages: [promptStage({ name: 'sessions', prompts: [sessionPrompt()] }), sessionEnd({ name: 'session-end' })],
    });
    let testApp: TestApp;
    let [reached, released] = [signal(), signal()];
    let ends = 0;

    beforeEach(async () => {
      [reached, released, ends] = [signal(), signal(), 0];
      testApp = await openTestApp({
        flows: [flow('alone', { endOtherSessions: true }), flow('more', {}), others],
        login: (users, sessions) => {
          const login = sessionLogin()(users, sessions);
          return {
            ...login,
            async endOtherSessions(user, req, options) {
              ends += 1;
              if (req === null) {
                reached.give();
                await released.given;
              }
              await login.endOtherSessions?.(user, req, options);
            },
          };
        },
      });
      await member(testApp, 'ann');
    });
    afterEach(() => testApp.close());

    it('spares the session of its second click', async () => {
      const [first, second] = [new Visitor(testApp), new Visitor(testApp)];
      await first.open('/if/flow/alone/');
      for (const name of first.client.cookies.names())
        second.client.cookies.set(name, first.client.cookies.get(name) ?? '');
      const { action, hidden } = first.form;
      const fields = { ...hidden, uid_field: 'ann', password };
      const answer = first.post(action, fields);
      await reached.given;
      assert.equal((await second.post(action, fields)).status, 303);
      assert.equal(await second.me(), 'ann');
      released.give();
      await answer;
      assert.deepEqual([await first.me(), await second.me(), ends], ['ann', 'ann', 1]);
    });

    it('ends one that ends all others in between', async () => {
      const [stolen, owner] = [new Visitor(testApp), new Visitor(testApp)];
      await stolen.open('/if/flow/more/');
      await stolen.submit({ uid_field: 'ann', password });
      await stolen.open('/if/flow/others/');
      await owner.open('/if/flow/alone/');
      const answer = owner.submit({ uid_field: 'ann', password });
      await reached.given;
      await stolen.submit({ session: 'others' });
      released.give();
      await answer;
      assert.deepEqual([await stolen.me(), ends], [null, 2]);
    });
  });

  it('a sign-in whose evidence was ended meanwhile leaves no session', async () => {
    const store = new MemoryStore();
    const stored = async () => Object.keys((await promisify(store.all.bind(store))()) ?? {}).length;
    let end: ((user: string) => Promise<void>) | null = null;
    const testApp = await openTestApp({
      flows: [flow('late', {})],
      session: (app) => void app.use(ownSession(store)),
      login: (users, sessions) =>
        sessionLogin()(
          users,
          sessions && {
            ...sessions,
            async begin(req, user, details, save) {
              await end?.(users.toProfile(user).id);
              await sessions.begin(req, user, details, save);
            },
          },
        ),
    });
    try {
      await member(testApp, 'ann');
      const visitor = new Visitor(testApp);
      end = (id) => testApp.enrollment.sessions.endAll(id);
      await visitor.open('/if/flow/late/');
      assert.equal((await visitor.submit({ uid_field: 'ann', password })).status, 403);
      assert.deepEqual([await stored(), sessionCookie(visitor), await visitor.me()], [0, undefined, null]);
      end = null;
      await visitor.open('/if/flow/late/');
      await visitor.submit({ uid_field: 'ann', password });
      assert.deepEqual([await stored(), await visitor.me()], [1, 'ann']);
    } finally {
      await testApp.close();
    }
  });
});
