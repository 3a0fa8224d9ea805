import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import {
  memoryConnections,
  noAccessYetFlow,
  openIdConnectSource,
  signInFlow,
  type Connections,
  type Flow,
} from '../../../lib/index.js';
import { startOpenIdProvider, type OpenIdProvider, type Person } from '../../support/openid-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';

describe('SSO logins behind the invite-code gate', () => {
  let provider: OpenIdProvider;
  let connections: Connections;
  let testApp: TestApp;
  before(async () => {
    provider = await startOpenIdProvider();
  });
  after(() => provider.close());
  beforeEach(async () => {
    connections = memoryConnections();
    const { issuer, clientId, clientSecret } = provider;
    testApp = await openTestApp({
      sources: [openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret })],
      connections,
      flows: [signup],
      languages: ['en', 'de'],
      inviters: { displayName: (_inviter, { creator }) => creator },
    });
    provider.allow(`${testApp.url}/source/acme/callback`);
  });
  afterEach(() => testApp.close());

  /** From the link to the provider and back to the callback. */
  async function by(visitor: Visitor, person: Person | null, query = ''): Promise<RawAnswer> {
    const away = await visitor.client.get(`/source/acme/login${query}`);
    assert.equal(away.status, 303);
    assert.ok(away.location.startsWith(provider.issuer));
    const { url } = await provider.visit(away.location, person);
    return visitor.client.get(url.pathname + url.search);
  }

  it('a new person gets an account only with a code, and signs in directly the second time', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    const back = await by(visitor, 'ann', '?next=/books');
    assert.deepEqual([back.status, back.location], [303, '/if/flow/no-access-yet/']);
    assert.equal(testApp.members.length, 0);
    assert.equal(await visitor.me(), null);

    await visitor.get(back.location);
    assert.equal((await visitor.submit({ invite_code: 'NO-SUCH-CODE' })).status, 422);
    assert.equal(testApp.members.length, 0);
    const done = await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(done.location, '/books');
    assert.equal(await visitor.me(), 'ann');
    assert.deepEqual([testApp.members[0]?.username, testApp.members[0]?.email], ['ann', 'ann@example.com']);
    const identity = { source: 'acme', issuer: provider.issuer, subject: 'ann' };
    assert.equal(await connections.find(identity), testApp.members[0]?.id);

    const second = new Visitor(testApp);
    const again = await by(second, 'ann');
    assert.equal(again.status, 303);
    assert.ok(!again.location.includes('/if/flow/'));
    assert.equal(await second.me(), 'ann');
    assert.equal(testApp.members.length, 1);
  });

  it('keeps the identity and the typed code of a visitor who changes the language', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.get((await by(visitor, 'ann')).location);
    const german = await visitor.submit({ invite_code: code, enrollment_locale: 'de' });
    assert.equal(german.status, 200);
    assert.match(german.text, /lang="de"[^]*ann[^]*value="[-\w]{14}"/);
    assert.equal(testApp.members.length, 0);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(await visitor.me(), 'ann');
  });

  it('asks for a username only if the provider gives none or one that is taken', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 3, creator: 'Wayan' });
    const carl = new Visitor(testApp);
    await carl.get((await by(carl, 'carl')).location);
    assert.doesNotMatch(carl.page.text, /Wayan/);
    await carl.follow(await carl.submit({ invite_code: code }));
    assert.match(carl.page.text, /Choose a username<\/h1>\s*<p[^>]*>Wayan invited you to /);
    await carl.follow(await carl.submit({ username: 'ann' }));
    assert.equal(await carl.me(), 'ann');

    const ann = new Visitor(testApp);
    await ann.get((await by(ann, 'ann')).location);
    await ann.follow(await ann.submit({ invite_code: code }));
    assert.match(ann.page.text, /Choose a username/, 'her name is somebody else’s here');
    await ann.follow(await ann.submit({ username: 'ann-archer' }));
    assert.equal(await ann.me(), 'ann-archer');
  });

  it('the gate is reachable only from a source and cannot be bypassed', async () => {
    const stranger = new Visitor(testApp);
    assert.equal((await stranger.get('/if/flow/no-access-yet/')).status, 403);
    const visitor = new Visitor(testApp);
    await visitor.get((await by(visitor, 'ann')).location);
    const { action, hidden } = visitor.form;
    const elsewhere = await visitor.client.post(testApp.page, { ...hidden, invite_code: 'x' });
    assert.notEqual(elsewhere.status, 200);
    assert.equal((await visitor.client.post(action, { ...hidden, enrollment_step: 'forged' })).status, 403);
    assert.equal(testApp.members.length, 0);
  });

  it('a provider response is valid once, and only in the same browser', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    const away = await visitor.client.get('/source/acme/login');
    const { url } = await provider.visit(away.location, 'ann');
    const callback = url.pathname + url.search;
    assert.equal((await new Visitor(testApp).client.get(callback)).status, 403, 'another browser');
    const back = await visitor.client.get(callback);
    assert.equal(back.status, 303);
    assert.equal((await visitor.client.get(callback)).location, back.location, 'the same request');
    assert.equal((await visitor.client.get(`${callback}&more=1`)).status, 403, 'other parameters');
    assert.equal((await new Visitor(testApp).client.get(callback)).status, 403, 'another browser still');
    await visitor.get(back.location);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(await visitor.me(), 'ann');
  });

  it('an account with the verified address is reported before the code; nothing is linked', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const local = new Visitor(testApp);
    await local.open();
    await local.follow(await local.submit({ invite_code: code }));
    const password = 'velvet tram over the harbour';
    await local.submit({ username: 'a', email: 'ann@example.com', password, password_repeat: password });
    const visitor = new Visitor(testApp);
    const answer = await by(visitor, 'ann');
    assert.equal(answer.location, '/if/flow/connect-account/');
    assert.match((await visitor.get(answer.location)).text, /You already have an account here/);
    assert.equal(await connections.find({ source: 'acme', issuer: provider.issuer, subject: 'ann' }), null);
  });

  it('a person who cancels at the provider sees a plain message, and may retry', async () => {
    const answer = await by(new Visitor(testApp), null);
    assert.equal(answer.status, 403);
    assert.match(answer.text, /didn’t share your details with us/);
    const failed = testApp.events.filter(({ name }) => name === 'source.failed');
    assert.deepEqual(
      failed.map(({ facts }) => facts['reason']),
      ['provider.denied'],
    );
  });

  it('a provider that is down is a plain 503', async () => {
    const away = await openTestApp({
      sources: [openIdConnectSource({ slug: 'acme', issuer: 'http://127.0.0.1:1', clientId: 'x', clientSecret: 'y' })],
      connections,
    });
    const answer = await new Visitor(away).client.get('/source/acme/login');
    assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '5']);
    await away.close();
  });

  it('a name that is not asked for is not taken: neither a reserved nor an existing one', async () => {
    await testApp.close();
    const { issuer, clientId, clientSecret } = provider;
    testApp = await openTestApp({
      sources: [openIdConnectSource({ slug: 'acme', issuer, clientId, clientSecret, invitation: 'never' })],
      connections,
      flows: [noAccessYetFlow({ fields: ['email'] })],
    });
    provider.allow(`${testApp.url}/source/acme/callback`);
    const eve = new Visitor(testApp);
    await eve.follow(await by(eve, 'eve'));
    await eve.submit({ email: 'eve@example.com' });
    assert.deepEqual(
      testApp.members.map(({ username, email }) => [username, email]),
      [[null, 'eve@example.com']],
    );
  });

  it('a custom source flow that leads nowhere aborts the start', async () => {
    const { issuer, clientId, clientSecret } = provider;
    const source = openIdConnectSource({ slug: 'acme', issuer, clientId, clientSecret });
    const opened = (...flows: Flow[]): Promise<TestApp> => openTestApp({ sources: [source], connections, flows });
    const connect = { ...signInFlow({ slug: 'connect' }), sourceRole: 'connection' } as const;
    await assert.rejects(opened(connect), /flows\.connect: [^\n]*has no sourceConnect\(\)/);
    await assert.rejects(opened(signInFlow({ slug: 'connect-account' })), /no flow has the sourceRole 'connection'/);
    await assert.rejects(opened(noAccessYetFlow(), noAccessYetFlow({ slug: 'other' })), /both have the sourceRole/);
  });

  it('a custom source flow may have any slug, and no flow of the same role is added', async () => {
    await testApp.close();
    const { issuer, clientId, clientSecret } = provider;
    testApp = await openTestApp({
      sources: [openIdConnectSource({ slug: 'acme', issuer, clientId, clientSecret })],
      connections,
      flows: [noAccessYetFlow({ slug: 'members-only' })],
    });
    provider.allow(`${testApp.url}/source/acme/callback`);
    const eve = new Visitor(testApp);
    await eve.follow(await by(eve, 'eve'));
    assert.equal(eve.form.action, '/if/flow/members-only/');
    assert.equal((await eve.client.get('/if/flow/no-access-yet/')).status, 404);
  });
});
