import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { allowInsecureRequests, discovery } from 'openid-client';
import { Strategy as OpenIdClientStrategy } from 'openid-client/passport';
import { memoryConnections, passportSource, type Connections } from '../../../lib/index.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { reasonsTold } from '../../support/sources/hostile-app.js';

interface Tokens {
  claims(): { readonly sub: string; readonly iss: string } | undefined;
}

describe('a strategy that calls its provider itself, in an app', () => {
  let provider: HostileProvider;
  let testApp: TestApp;
  let connections: Connections;
  /** How often the app was asked to identify a user. */
  let asked: number;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(async () => {
    provider.reset();
    await testApp.close();
  });

  async function open(): Promise<void> {
    asked = 0;
    connections = memoryConnections();
    const source = passportSource({
      slug: 'own',
      name: 'Own',
      issuer: provider.issuer,
      timeoutMs: 1500,
      async strategy(verify, callbackURL) {
        const { issuer, clientId, clientSecret } = provider;
        // oxlint-disable-next-line typescript/no-deprecated -- it is marked so to stand out; this provider is on loopback
        const insecure = { execute: [allowInsecureRequests] };
        const config = await discovery(new URL(issuer), clientId, clientSecret, undefined, insecure);
        return new OpenIdClientStrategy({ config, callbackURL, scope: 'openid' }, verify);
      },
      identity(tokens: Tokens) {
        asked += 1;
        const { sub = '', iss } = tokens.claims() ?? {};
        return { subject: sub, issuer: iss, username: sub };
      },
    });
    testApp = await openTestApp({ sources: [source], connections, flows: [signup] });
  }
  async function by(visitor: Visitor): Promise<RawAnswer> {
    const away = await visitor.client.get('/source/own/login');
    return visitor.client.get(`/source/own/callback?${String(provider.answer(new URL(away.location)))}`);
  }

  it('a response that arrives after the page signs no one in', async () => {
    await open();
    let release = (): void => assert.fail('nothing was held');
    const held = new Promise<void>((resolve) => (release = resolve));
    provider.mischief = { token: (claims, { sign }) => held.then(() => sign(claims)) };
    const visitor = new Visitor(testApp);
    const page = await by(visitor);
    assert.deepEqual([page.status, page.headers['retry-after']], [503, '5'], page.text);
    assert.deepEqual(reasonsTold(testApp), ['provider.slow']);
    release();
    for (let times = 0; asked === 0 && times < 400; times += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(asked, 1, 'the late answer never came');
    assert.equal(await visitor.me(), null);
    assert.deepEqual(testApp.members, []);
    assert.equal((await visitor.client.get('/if/flow/no-access-yet/')).status, 403);
    assert.equal(testApp.events.filter(({ name }) => name === 'source.identified').length, 0);
    provider.mischief = {};
    assert.equal((await by(visitor)).location, '/if/flow/no-access-yet/');
  });

  it('what it refuses itself is refused here', async () => {
    await open();
    const wrong: readonly HostileProvider['mischief'][] = [
      { claims: (claims) => ({ ...claims, iss: 'https://other.example' }) },
      { claims: (claims) => ({ ...claims, aud: 'another club' }) },
      { claims: ({ sub: _, ...claims }) => claims },
      { answers: { token: (res) => void res.writeHead(500).end('<h1>Oops</h1>') } },
      { answers: { token: (res) => void res.writeHead(302, { location: '/userinfo' }).end() } },
      { callback: (query) => query.set('iss', 'https://other.example') },
      { callback: (query) => query.set('error', '<script>alert(1)</script>') },
    ];
    for (const mischief of wrong) {
      provider.mischief = mischief;
      const visitor = new Visitor(testApp);
      const page = await by(visitor);
      assert.equal(page.status, 403);
      assert.match(page.text, /Reference: /);
      assert.doesNotMatch(page.text, /alert|Oops|other\.example|<script(?! type="module" src="[^"]*\/assets\/)/);
      assert.equal(await visitor.me(), null);
    }
    assert.equal(reasonsTold(testApp).length, wrong.length);
    assert.equal(asked, 0);
    assert.deepEqual(
      provider.seen.filter(({ endpoint }) => endpoint === 'userinfo'),
      [],
    );
    provider.mischief = {};
    assert.equal((await by(new Visitor(testApp))).location, '/if/flow/no-access-yet/');
  });
});
