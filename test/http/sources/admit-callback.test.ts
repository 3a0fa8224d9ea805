import assert from 'node:assert/strict';
import type { Express } from 'express';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { Passport } from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import { isJsonObject } from '../../../lib/base/json.js';
import { admittedSource, memoryConnections, type Enrollment, type MemoryUser } from '../../../lib/index.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { gatePage } from '../../support/sources/people.js';

describe('the app’s own callback, with a passport-oauth2 strategy', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let provider: HostileProvider;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(() => provider.reset());

  /** The app's existing setup: Passport with its own strategy, and the profile in `req.account`. */
  function ownCallback(app: Express, enrollment: Enrollment<MemoryUser>): void {
    const { issuer, clientId, clientSecret } = provider;
    const passport = new Passport();
    class ProfileStrategy extends OAuth2Strategy {
      override userProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void {
        this._oauth2.useAuthorizationHeaderforGET(true);
        this._oauth2.get(`${issuer}/userinfo`, accessToken, (error, body) => {
          if (error as unknown) done(error);
          else done(null, JSON.parse(String(body)));
        });
      }
    }
    const settings = {
      authorizationURL: `${issuer}/authorize`,
      tokenURL: `${issuer}/token`,
      clientID: clientId,
      clientSecret,
      callbackURL: '/auth/corp/callback',
      state: true,
      pkce: true,
    };
    const strategy = new ProfileStrategy(
      settings,
      (_access: string, _refresh: string, profile: object, done: OAuth2Strategy.VerifyCallback) => {
        done(null, profile);
      },
    );
    passport.use('corp', strategy);
    app.get('/auth/corp', passport.authenticate('corp'));
    app.get(
      '/auth/corp/callback',
      passport.authenticate('corp', { assignProperty: 'account', session: false }),
      enrollment.admit('corp', (req) => {
        const account: unknown = Reflect.get(req, 'account');
        if (!isJsonObject(account) || typeof account['sub'] !== 'string') return null;
        const { sub, email } = account;
        return { subject: sub, emailVerified: true, ...(typeof email === 'string' ? { email } : {}) };
      }),
    );
  }

  beforeEach(async () => {
    testApp = await openTestApp({
      sources: [
        admittedSource({ slug: 'corp', name: 'Corp', issuer: 'https://corp.example', loginPath: '/auth/corp' }),
      ],
      connections: memoryConnections(),
      flows: [signup],
      after: ownCallback,
    });
    visitor = new Visitor(testApp);
  });
  afterEach(() => testApp.close());

  const newCode = async (): Promise<string> => (await testApp.enrollment.invitations.create()).code;

  /** Runs the app's own sign-in, from `start` to the answer of its callback. */
  async function through(start: string, who = visitor): Promise<RawAnswer> {
    let away = await who.client.get(start);
    if (away.location.startsWith('/auth/corp')) away = await who.client.get(away.location);
    assert.equal(away.status, 302, away.text);
    const answer = provider.answer(new URL(away.location));
    return who.client.get(`/auth/corp/callback?${answer.toString()}`);
  }

  it('reaches the gate from the app’s own link', async () => {
    const back = await through('/auth/corp');
    assert.deepEqual([back.status, back.location], [303, gatePage]);
    await visitor.get(gatePage);
    await visitor.follow(await visitor.submit({ invite_code: await newCode() }));
    await visitor.submit({ username: 'ann' });
    assert.equal(testApp.members.length, 1);
    assert.equal(await visitor.me(), 'ann');
  });

  it('a button of an active flow starts it, and the plan continues afterwards', async () => {
    await visitor.enterCode(await newCode());
    assert.match(visitor.page.text, /Continue with Corp/);
    const back = await through('/if/flow/invite/source/corp/');
    assert.deepEqual([back.status, back.location], [303, '/if/flow/invite/']);
    await visitor.get(back.location);
    assert.equal(visitor.step.split(' ')[0], 'account');
    assert.match(visitor.page.text, /Corp/);
    await visitor.submit({ username: 'annie', email: 'annie@example.com' });
    assert.equal(await visitor.me(), 'annie');
    assert.deepEqual(
      visitor.client.cookies.names().filter((name) => name.includes('resume')),
      [],
    );
  });

  it('keeps the next of the kit’s own link', async () => {
    await visitor.get((await through('/source/corp/login?next=/books')).location);
    await visitor.follow(await visitor.submit({ invite_code: await newCode() }));
    const done = await visitor.submit({ username: 'annie' });
    assert.equal(done.location, '/books');
  });

  it('accepts no plan from a cookie that is forged, expired, or of another source', async () => {
    const victim = new Visitor(testApp);
    await victim.enterCode(await newCode());
    await victim.client.get('/if/flow/invite/source/corp/');
    const name = 'enrollment.resume.corp';
    const cookie = decodeURIComponent(victim.client.cookies.get(name) ?? '');
    assert.notEqual(cookie, '');
    const [body = '', issued = '', mac = ''] = cookie.split('.');
    const later = (Number.parseInt(issued, 36) + 3600).toString(36);
    const forged = Buffer.from(JSON.stringify({ flow: 'invite', plan: 'x'.repeat(22) })).toString('base64url');
    const signed = `${issued}.${mac}`;
    for (const value of [
      `${forged}.${signed}`,
      `${body}.`,
      body,
      '',
      `${body}.${signed}x`,
      `${body}.${later}.${mac}`,
    ]) {
      const stranger = new Visitor(testApp);
      stranger.client.cookies.set(name, value);
      const back = await through('/auth/corp', stranger);
      assert.equal(back.location, gatePage, value);
    }
    testApp.clock.advance(61 * 60_000);
    assert.equal((await through('/auth/corp', victim)).location, gatePage, 'over an hour old');
  });

  it('what the strategy refuses never reaches the kit', async () => {
    const answer = await visitor.client.get('/auth/corp/callback?code=made-up&state=made-up');
    assert.notEqual(answer.status, 303);
    assert.equal(await visitor.me(), null);
  });
});
