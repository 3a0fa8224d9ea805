import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { allowInsecureRequests, discovery, fetchUserInfo, type Configuration } from 'openid-client';
import { Strategy as OpenIdClientStrategy } from 'openid-client/passport';
import OAuth2Strategy from 'passport-oauth2';
import { memoryConnections, passportSource, type Connections } from '../../../lib/index.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import { startOpenIdProvider, type OpenIdProvider } from '../../support/openid-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { reasonsTold } from '../../support/sources/hostile-app.js';
import { throughTheGate } from '../../support/sources/through-the-gate.js';

interface Tokens {
  readonly access_token: string;
  claims(): { readonly sub: string; readonly iss: string } | undefined;
}

describe('the strategy of openid-client, in an app', () => {
  let provider: OpenIdProvider;
  let testApp: TestApp;
  let connections: Connections;
  before(async () => {
    provider = await startOpenIdProvider();
  });
  after(() => provider.close());
  afterEach(() => testApp.close());

  async function open(down = false): Promise<void> {
    connections = memoryConnections();
    let [config, away]: [Configuration | null, boolean] = [null, down];
    const source = passportSource({
      slug: 'real',
      name: 'Real',
      issuer: provider.issuer,
      async strategy(verify, callbackURL) {
        const { issuer, clientId, clientSecret } = provider;
        if (away) {
          away = false;
          await discovery(new URL('https://localhost:1'), clientId, clientSecret);
        }
        // oxlint-disable-next-line typescript/no-deprecated -- it is marked so to stand out; this provider is on loopback
        const insecure = { execute: [allowInsecureRequests] };
        config = await discovery(new URL(issuer), clientId, clientSecret, undefined, insecure);
        return new OpenIdClientStrategy({ config, callbackURL, scope: 'openid profile email' }, verify);
      },
      async identity(tokens: Tokens) {
        const { sub = '', iss } = tokens.claims() ?? {};
        assert.ok(config);
        const said = await fetchUserInfo(config, tokens.access_token, sub);
        const { email, email_verified: emailVerified, preferred_username: username, name } = said;
        return { subject: sub, issuer: iss, email, emailVerified: emailVerified === true, username, name };
      },
    });
    testApp = await openTestApp({ sources: [source], connections, flows: [signup] });
    provider.allow(`${testApp.url}/source/real/callback`);
  }
  const by =
    (person: 'ann' | 'bob' | null) =>
    async (visitor: Visitor, start: string): Promise<RawAnswer> => {
      const away = await visitor.client.get(start);
      const { url } = await provider.visit(away.location, person);
      return visitor.client.get(url.pathname + url.search);
    };

  it('new person → gate → code → account → direct sign-in the second time', async () => {
    await open();
    await throughTheGate(testApp, { by: by('ann'), slug: 'real', username: 'ann' });
    assert.equal(testApp.members[0]?.email, 'ann@example.com');
    const identity = { source: 'real', issuer: provider.issuer, subject: 'ann' };
    assert.equal(await connections.find(identity), testApp.members[0].id);
  });

  it('an unverified address is asked for, and not filled in as known', async () => {
    await open();
    const answers = [{ email: 'robert@example.com' }];
    await throughTheGate(testApp, { by: by('bob'), slug: 'real', username: 'bob', answers });
    assert.equal(testApp.members[0]?.email, 'robert@example.com');
  });

  it('a provider that is down when the strategy is made is asked again for the next person', async () => {
    await open(true);
    const page = await new Visitor(testApp).client.get('/source/real/login');
    assert.deepEqual([page.status, page.headers['retry-after']], [503, '5'], page.text);
    assert.doesNotMatch(page.text, /localhost|ECONN|fetch/);
    assert.deepEqual(reasonsTold(testApp), ['source.setup']);
    await throughTheGate(testApp, { by: by('ann'), slug: 'real', username: 'ann' });
  });

  it('F26: a person who cancels sees a message, and a response is valid only for its request', async () => {
    await open();
    const visitor = new Visitor(testApp);
    assert.match((await by(null)(visitor, '/source/real/login')).text, /didn’t share your details with us/);
    const away = await visitor.client.get('/source/real/login');
    const { url } = await provider.visit(away.location, 'ann');
    const back = await visitor.client.get(url.pathname + url.search);
    assert.equal(back.status, 303);
    assert.equal((await visitor.client.get(url.pathname + url.search)).location, back.location);
    assert.equal((await visitor.client.get(`${url.pathname}${url.search}&more=1`)).status, 403);
    assert.equal((await new Visitor(testApp).client.get(url.pathname + url.search)).status, 403);
    assert.deepEqual(reasonsTold(testApp), ['provider.denied', 'state.replayed', 'state.unbound']);
  });
});

/** A hub for developers: it has ids and logins, and returns no email address. */
class HubStrategy extends OAuth2Strategy {
  profileUrl = '';

  override userProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void {
    this._oauth2.useAuthorizationHeaderforGET(true);
    this._oauth2.get(this.profileUrl, accessToken, (error, body) => {
      if (error as unknown) return done(error);
      done(null, JSON.parse(String(body)));
    });
  }
}

interface HubProfile {
  readonly id: number;
  readonly login: string;
  readonly name: string | null;
}

describe('a plain OAuth 2 strategy, in an app', () => {
  let hub: HostileProvider;
  let testApp: TestApp;
  let connections: Connections;
  before(async () => {
    hub = await startHostileProvider();
  });
  after(() => hub.close());
  afterEach(async () => {
    hub.reset();
    await testApp.close();
  });

  async function open(): Promise<void> {
    connections = memoryConnections();
    hub.mischief = {
      token: () => undefined,
      callback: (query) => query.delete('iss'),
      userInfo: () => ({ id: 583231, login: 'octo', name: 'Octo <Cat>', email: null }),
    };
    const source = passportSource({
      slug: 'hub',
      name: 'The Hub',
      issuer: 'https://hub.example',
      options: { scope: ['read:user'] },
      timeoutMs: 2000,
      strategy(verify, callbackURL) {
        const { issuer, clientId: clientID, clientSecret } = hub;
        const urls = { authorizationURL: `${issuer}/authorize`, tokenURL: `${issuer}/token` };
        const strategy = new HubStrategy(
          { ...urls, clientID, clientSecret, callbackURL, state: true, pkce: true },
          verify,
        );
        strategy.profileUrl = `${issuer}/userinfo`;
        return strategy;
      },
      identity: (_access: string, _refresh: string, { id, login, name }: HubProfile) => ({
        subject: String(id),
        username: login,
        name,
      }),
    });
    testApp = await openTestApp({ sources: [source], connections, flows: [signup] });
  }
  async function by(visitor: Visitor, start: string): Promise<RawAnswer> {
    const away = await visitor.client.get(start);
    assert.ok(away.location.startsWith(`${hub.issuer}/authorize?`), away.text);
    return visitor.client.get(`/source/hub/callback?${String(hub.answer(new URL(away.location)))}`);
  }

  it('new person → gate → code → address → account → direct sign-in the second time', async () => {
    await open();
    await throughTheGate(testApp, { by, slug: 'hub', username: 'octo', answers: [{ email: 'octo@example.com' }] });
    const identity = { source: 'hub', issuer: 'https://hub.example', subject: '583231' };
    assert.equal(await connections.find(identity), testApp.members[0]?.id);
    assert.equal(testApp.members[0]?.name, 'Octo <Cat>');
  });

  it('a reused login name at the provider is another person here', async () => {
    await open();
    await throughTheGate(testApp, { by, slug: 'hub', username: 'octo', answers: [{ email: 'octo@example.com' }] });
    hub.mischief = { ...hub.mischief, userInfo: () => ({ id: 7, login: 'octo', name: null }) };
    const stranger = new Visitor(testApp);
    const back = await by(stranger, '/source/hub/login');
    assert.equal(back.location, '/if/flow/no-access-yet/');
    assert.equal(await stranger.me(), null);
  });

  it('a provider that is down or malfunctions is just a page, and keeps the app’s session', async () => {
    await open();
    const wrong: readonly (readonly [HostileProvider['mischief'], number, string])[] = [
      [{ answers: { token: () => undefined } }, 503, 'provider.slow'],
      [{ answers: { token: (_res, req) => void req.socket.destroy() } }, 503, 'provider.away'],
      [{ answers: { userinfo: (res) => void res.end('<!doctype html>') } }, 403, 'strategy.error'],
      [{ userInfo: () => null }, 403, 'identity.malformed'],
    ];
    const well = hub.mischief;
    const visitor = new Visitor(testApp);
    for (const [mischief, status, reason] of wrong) {
      hub.mischief = { ...well, ...mischief };
      const page = await by(visitor, '/source/hub/login');
      assert.deepEqual([page.status, reasonsTold(testApp).at(-1)], [status, reason], page.text);
      assert.deepEqual(
        visitor.client.cookies.names().filter((name) => !name.startsWith('enrollment.source.')),
        [],
      );
    }
    hub.mischief = well;
    await throughTheGate(testApp, { by, slug: 'hub', username: 'octo', answers: [{ email: 'octo@example.com' }] });
  });
});
