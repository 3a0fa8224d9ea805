import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { Express } from 'express';
import { after, afterEach, before, describe, it } from 'mocha';
import { accountOf } from '../../support/account.js';
import { startHostileProvider, type Claims, type HostileProvider } from '../../support/hostile-provider.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { openHostileApp, reasonsTold, type HostileApp } from '../../support/sources/hostile-app.js';
import { throughTheGate } from '../../support/sources/through-the-gate.js';

const gate = '/if/flow/no-access-yet/';

/** Simulates a proxy that terminates TLS in front of the app. */
function behindTls(app: Express): void {
  const emitted: RequestListener = ({ headers }) => void (headers['x-forwarded-proto'] = 'https');
  app.set('trust proxy', 1);
  app.use((req, res, next) => {
    emitted(req, res);
    next();
  });
}

describe('an app below a path, behind https, with its own callback path', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => testApp.close());

  async function open(): Promise<void> {
    const options = { mount: '/join', origin: 'https://club.example', before: behindTls };
    testApp = await openAcmeApp(provider, options, { callbackPath: '/auth/acme/back' });
    provider.allow('https://club.example/join/auth/acme/back');
  }

  it('new person → gate → code → account → direct sign-in the second time', async () => {
    await open();
    const by = (visitor: Visitor, start: string) => testApp.by(visitor, 'ann', start);
    await throughTheGate(testApp, { by, slug: 'acme', username: 'ann' });
    const warnings = testApp.log.filter(({ level }) => level !== 'info').map(({ fields }) => fields['code']);
    assert.deepEqual(warnings, ['WARN_MEMORY'], 'nothing of mounts, proxies and cookies');
  });

  it('the provider gets one redirect URI, and every cookie is for this host and TLS only', async () => {
    await open();
    const visitor = new Visitor(testApp);
    const away = await visitor.client.get('/join/source/acme/login');
    const sent = new URL(away.location).searchParams;
    assert.equal(sent.get('redirect_uri'), 'https://club.example/join/auth/acme/back');
    const { url } = await provider.visit(away.location, 'ann');
    assert.equal(url.origin, 'https://club.example');
    const back = await visitor.client.get(url.pathname + url.search);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.get(back.location);
    const done = await visitor.submit({ invite_code: code });
    const lines = [away, back, done].flatMap(({ headers }) => headers['set-cookie'] ?? []);
    assert.ok(lines.length >= 4, lines.join('\n'));
    for (const line of lines) assert.match(line, /; Secure/, line);
    const [attempt = ''] = away.headers['set-cookie'] ?? [];
    assert.match(attempt, /^__Host-enrollment\.source\.[\w-]{12}=[\w-]{43}; .*Path=\/;/);
    // It is kept for two minutes, for a repeat of the same request.
    const stays = (back.headers['set-cookie'] ?? []).find((line) => line.startsWith('__Host-enrollment.source.')) ?? '';
    assert.equal(stays, attempt.replace('Max-Age=3600', 'Max-Age=120'));
    assert.match(stays, /; Max-Age=120; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    assert.equal(await visitor.me(), 'ann');
  });

  it('an unprefixed cookie of a sibling host is ignored', async () => {
    await open();
    const visitor = new Visitor(testApp);
    const away = await visitor.client.get('/join/source/acme/login');
    const { url } = await provider.visit(away.location, 'ann');
    const [name = ''] = visitor.client.cookies.names();
    const neighbour = new Visitor(testApp);
    neighbour.client.cookies.set(name.replace('__Host-', ''), visitor.client.cookies.get(name) ?? '');
    assert.equal((await neighbour.client.get(url.pathname + url.search)).status, 403);
    assert.deepEqual(reasonsTold(testApp), ['state.unbound']);
  });

  it('the default callback path does not respond', async () => {
    await open();
    const visitor = new Visitor(testApp);
    for (const path of ['/source/acme/login', '/auth/acme/back', '/join/source/acme/callback'])
      assert.equal((await visitor.client.get(path)).status, 404, path);
  });

  it('from within a flow, which continues afterwards', async () => {
    await open();
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    assert.match(visitor.page.text, /href="\/join\/if\/flow\/invite\/source\/acme\/"/);
    await visitor.follow(await testApp.by(visitor, 'ann', '/join/if/flow/invite/source/acme/'));
    assert.match((await visitor.open()).text, /Acme/);
    const done = await visitor.submit(accountOf('ann'));
    assert.equal(done.status, 303, done.text);
    assert.equal(await visitor.me(), 'ann');
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), testApp.members[0]?.id);
  });
});

describe('multi-tenant providers, in an app', () => {
  let provider: HostileProvider;
  let testApp: HostileApp;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(async () => {
    provider.reset();
    await testApp.close();
  });
  const walk = { slug: 'acme', username: 'ann' } as const;
  const by = (visitor: Visitor, start?: string) => testApp.by(visitor, start);

  async function refused(reason: string): Promise<void> {
    const visitor = new Visitor(testApp);
    const page = await by(visitor);
    assert.deepEqual([page.status, reasonsTold(testApp).at(-1)], [403, reason], page.text);
    if (reason.startsWith('identity.')) assert.match(page.text, /You can’t use this Acme account here/);
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.client.get(gate)).status, 403);
  }

  function ofTenant(tid: unknown, tenant: string): void {
    const template = `${provider.issuer}/{tenantid}/v2.0`;
    const named = { issuer: template, authorization_response_iss_parameter_supported: false };
    provider.mischief = {
      discovery: (description) => ({ ...description, ...named }),
      callback: (query) => query.delete('iss'),
      claims: (claims) => ({ ...claims, tid, iss: `${provider.issuer}/${tenant}/v2.0` }),
    };
  }

  it('Entra: listed tenants reach the gate, and no others', async () => {
    const tenants = ['blue', 'green'];
    testApp = await openHostileApp(provider, {}, { issuer: `${provider.issuer}/{tenantid}/v2.0`, tenants });
    ofTenant('red', 'red');
    await refused('identity.tenant');
    ofTenant(undefined, 'green');
    await refused('identity.tenant');
    ofTenant('blue', 'red');
    await refused('id_token.issuer');
    ofTenant('green', 'green');
    await throughTheGate(testApp, { ...walk, by });
    const issuer = `${provider.issuer}/green/v2.0`;
    assert.equal(await testApp.connections.find({ source: 'acme', issuer, subject: 'ann' }), testApp.members[0]?.id);
  });

  it('Entra: the same id in another tenant is another person', async () => {
    const tenants = ['blue', 'green'];
    testApp = await openHostileApp(provider, {}, { issuer: `${provider.issuer}/{tenantid}/v2.0`, tenants });
    ofTenant('green', 'green');
    await throughTheGate(testApp, { ...walk, by });
    ofTenant('blue', 'blue');
    provider.person = { ...provider.person, email: 'ann@blue.example' };
    const other = new Visitor(testApp);
    assert.equal((await by(other)).location, gate);
    assert.equal(await other.me(), null);
  });

  it('Google: the hosted domain comes only from the signed token', async () => {
    testApp = await openHostileApp(provider, {}, { hostedDomains: ['acme.example'] });
    const hd = (claims: Claims, domain: unknown): Claims => ({ ...claims, hd: domain });
    provider.mischief = { userInfo: (claims) => hd(claims, 'acme.example') };
    await refused('identity.hosted_domain');
    provider.mischief = { callback: (query) => query.set('hd', 'acme.example') };
    await refused('identity.hosted_domain');
    for (const wrong of ['other.example', 'ACME.EXAMPLE', ['acme.example'], 'acme.example.evil.example', null]) {
      provider.mischief = {
        claims: (claims) => hd(claims, wrong),
        userInfo: (claims) => hd(claims, 'acme.example'),
      };
      await refused('identity.hosted_domain');
    }
    provider.mischief = { claims: (claims) => hd(claims, 'acme.example') };
    await throughTheGate(testApp, { ...walk, by });
  });

  it('Google: a person who left the domain is refused, even with an account', async () => {
    testApp = await openHostileApp(provider, {}, { hostedDomains: ['acme.example'] });
    provider.mischief = { claims: (claims) => ({ ...claims, hd: 'acme.example' }) };
    await throughTheGate(testApp, { ...walk, by });
    provider.mischief = {};
    await refused('identity.hosted_domain');
  });
});
