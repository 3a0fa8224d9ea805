import assert from 'node:assert/strict';
import type { Response } from 'express';
import { after, afterEach, before, describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/index.js';
import { password } from '../support/account.js';
import { member, openSignInApp, signIn, signInPage } from '../support/http/sign-in-app.js';
import type { TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const day = 24 * 60 * 60;

describe('the session of enrollment.session()', () => {
  let server: TestRedis;
  let testApp: TestApp;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());
  afterEach(() => testApp.close());

  for (const kind of ['memory', 'redis'] as const) {
    describe(`in ${kind}`, () => {
      const redis = (): { readonly redis?: string } => (kind === 'redis' ? { redis: server.url } : {});

      /** A test app with a route that writes its session and waits until it is released. */
      async function withSlowRoute(): Promise<{ readonly slow: (visitor: Visitor) => Promise<() => Promise<void>> }> {
        const waiting: Response[] = [];
        testApp = await openSignInApp({
          ...redis(),
          after: (app) =>
            void app.get('/slow', (req, res) => {
              Object.assign(req.session, { visited: true });
              waiting.push(res);
            }),
        });
        await member(testApp, 'ann');
        return {
          slow: async (visitor) => {
            // A separate browser: cookies set by the slow answer must not change what the visitor's next request sends.
            const other = new Visitor(testApp);
            other.client.cookies.set(sid, visitor.client.cookies.get(sid) ?? '');
            const before = waiting.length;
            const answer = other.client.get('/slow');
            while (waiting.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
            return async () => {
              waiting.at(-1)?.end();
              await answer;
            };
          },
        };
      }

      it('F8: after sign-out during a slow request, the old cookie does not sign in again', async () => {
        const { slow } = await withSlowRoute();
        const visitor = new Visitor(testApp);
        await signIn(visitor, 'ann');
        const old = visitor.client.cookies.get(sid) ?? '';
        const finish = await slow(visitor);
        await visitor.post('/sign-out', {});
        await finish();
        visitor.client.cookies.set(sid, old);
        assert.equal(await visitor.me(), null);
      });

      it('F8: signed in again while a slow request writes, the previous id stays void', async () => {
        const { slow } = await withSlowRoute();
        const visitor = new Visitor(testApp);
        await signIn(visitor, 'ann');
        const old = visitor.client.cookies.get(sid) ?? '';
        const finish = await slow(visitor);
        await visitor.open(signInPage);
        await visitor.post('/sign-out', {});
        await signIn(visitor, 'ann');
        await finish();
        assert.equal(await visitor.me(), 'ann');
        visitor.client.cookies.set(sid, old);
        assert.equal(await visitor.me(), null);
      });

      it('F8: a write of an existing session is kept', async () => {
        const { slow } = await withSlowRoute();
        const visitor = new Visitor(testApp);
        await signIn(visitor, 'ann');
        await (
          await slow(visitor)
        )();
        assert.equal(await visitor.me(), 'ann');
      });

      it('F30: ends at its absolute lifetime, however often the user returns', async () => {
        testApp = await openSignInApp({
          ...redis(),
          session: (app, enrollment) =>
            void app.use(enrollment.session({ idleSeconds: 4 * day, absoluteSeconds: 10 * day })),
        });
        await member(testApp, 'ann');
        const visitor = new Visitor(testApp);
        await signIn(visitor, 'ann');
        for (let days = 3; days < 10; days += 3) {
          testApp.clock.advance(3 * day * 1000);
          assert.equal(await visitor.me(), 'ann', `day ${days}`);
        }
        testApp.clock.advance(day * 1000);
        assert.equal(await visitor.me(), null);
      });

      it('F30: both lifetimes hold for a session with integer-like keys, which come first in JSON', async () => {
        const { cart, visitor } = await withCart(redis());
        for (let days = 3; days < 10; days += 3) {
          testApp.clock.advance(3 * day * 1000);
          assert.deepEqual(await cart(), { user: 'ann', seesStart: false }, `day ${days}`);
        }
        testApp.clock.advance(day * 1000);
        assert.equal(await visitor.me(), null);
      });
    });
  }

  /** A visitor who is signed in, and a route that keeps a cart by the numbers of products in their session. */
  async function withCart(options: { readonly redis?: string }) {
    testApp = await openSignInApp({
      ...options,
      session: (app, enrollment) => {
        app.use(enrollment.session({ idleSeconds: 4 * day, absoluteSeconds: 10 * day }));
        app.get('/cart', async (req, res) => {
          const seesStart = 'enrollmentStartedAt' in req.session;
          Object.assign(req.session, { 7: new Date().toISOString() });
          res.json({ user: (await testApp.enrollment.currentUser(req))?.username, seesStart });
        });
      },
    });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    const cart = async (): Promise<unknown> => JSON.parse((await visitor.client.get('/cart')).text);
    await cart();
    return { visitor, cart };
  }

  it('F30: a session whose start an earlier build wrote behind such keys keeps its absolute end', async () => {
    const { visitor, cart } = await withCart({ redis: server.url });
    const client = server.client();
    const key = `enrollment:session:${idIn(visitor.client.cookies.get(sid))}`;
    const text = (await client.get(key)) ?? '';
    const [prefix, start] = /("enrollmentStartedAt":\d+,)"enrollmentEndsAt":\d+,/.exec(text) ?? ['', ''];
    const displaced = text.replace(prefix, '').replace('"cookie"', `${start ?? ''}"cookie"`);
    assert.ok(displaced.startsWith('{"7":'), displaced);
    await client.set(key, displaced, 'EX', day);
    testApp.clock.advance(3 * day * 1000);
    assert.deepEqual(await cart(), { user: 'ann', seesStart: false });
    testApp.clock.advance(7 * day * 1000);
    assert.equal(await visitor.me(), null);
  });

  it('F30: keeps the absolute end that it began with where the app has a longer one since, as its record does', async () => {
    let isLonger = false;
    testApp = await openSignInApp({
      redis: server.url,
      session: (app, enrollment) => {
        const [short, long] = [600, 6000].map((absoluteSeconds) => enrollment.session({ absoluteSeconds }));
        app.use((req, res, next) => (isLonger ? long : short)?.(req, res, next));
      },
    });
    const { id } = await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    isLonger = true;
    testApp.clock.advance(590_000);
    assert.equal(await visitor.me(), 'ann');
    assert.equal((await testApp.enrollment.sessions.list(id)).length, 1);
    testApp.clock.advance(10_000);
    assert.equal(await visitor.me(), null);
    assert.equal((await testApp.enrollment.sessions.list(id)).length, 0);
  });

  it('F30: ends after an idle period, which a visit restarts', async () => {
    testApp = await openSignInApp({
      session: (app, enrollment) => void app.use(enrollment.session({ idleSeconds: 600 })),
    });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    for (let visits = 0; visits < 4; visits += 1) {
      testApp.clock.advance(599_000);
      assert.equal(await visitor.me(), 'ann');
    }
    testApp.clock.advance(600_000);
    assert.equal(await visitor.me(), null);
  });

  it('F30: lasts 14 days without a visit by default, and 30 in total', async () => {
    testApp = await openSignInApp();
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    for (const [days, who] of [
      [13, 'ann'],
      [13, 'ann'],
      [4, null],
    ] as const) {
      testApp.clock.advance(days * day * 1000);
      assert.equal(await visitor.me(), who);
    }
  });

  it('F30: a visit is one command to Redis, and extends the stored session', async () => {
    testApp = await openSignInApp({ redis: server.url });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    await visitor.me();
    const client = server.client();
    const key = `enrollment:session:${idIn(visitor.client.cookies.get(sid))}`;
    await client.expire(key, 100);
    const text = await client.get(key);
    const seen = await server.monitor();
    await visitor.me();
    const sent = (await seen.commands()).filter(({ source }) => source !== 'lua').map(({ name }) => name);
    assert.deepEqual(sent, ['evalsha']);
    assert.equal(await client.get(key), text);
    assert.ok((await client.ttl(key)) > 13 * day);
  });

  it('F30: a remembered sign-in ends with its cookie, in the browser and in the store', async () => {
    testApp = await openSignInApp({ redis: server.url }, { staySignedInSeconds: 60 * day });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await visitor.open(signInPage);
    const answer = await visitor.submit({ uid_field: 'ann', password, remember_me: 'on' });
    const expires = /enrollment\.sid=[^;]*;.*Expires=([^;]+)/.exec(
      (answer.headers['set-cookie'] ?? []).join('\n'),
    )?.[1];
    const inBrowser = (Date.parse(expires ?? '') - Date.now()) / 1000;
    await visitor.me();
    const left = await server.client().ttl(`enrollment:session:${idIn(visitor.client.cookies.get(sid))}`);
    assert.ok(inBrowser > 59 * day && Math.abs(left - inBrowser) < 600, `${inBrowser} and ${left}`);
    testApp.clock.advance(50 * day * 1000);
    assert.equal(await visitor.me(), 'ann');
  });

  it('F30: mistakes in the settings are reported all at once', async () => {
    testApp = await openSignInApp();
    const settings = { idleSeconds: 0, absoluteSecond: 5, absoluteSeconds: -1 };
    assert.throws(
      () => testApp.enrollment.session(settings),
      (error) => isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG' && error.issues.length === 4,
    );
  });
});

const sid = 'enrollment.sid';

function idIn(cookie: string | undefined): string {
  return /^s%3A([^.]+)\./.exec(cookie ?? '')?.[1] ?? '';
}
