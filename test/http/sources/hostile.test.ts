import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../../support/account.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import { Visitor } from '../../support/http/visitor.js';
import {
  assertPlainFailure,
  openHostileApp,
  reasonsTold,
  activeCookies,
  type HostileApp,
} from '../../support/sources/hostile-app.js';
import { conformance, further, type Switch } from '../../support/sources/provider-faults.js';

const gate = '/if/flow/no-access-yet/';
/** The provider is unavailable or misconfigured; everything else is a refusal. */
const unavailable = /^(?:discovery|keys|provider\.(?:away|slow|redirects|too_large|insecure))/;
/** None of these words may be shown to a visitor. */
const theirWords = /other\.example|mallory|another club|login_required|server_error|made-up|DPoP|JWKS|JWS|nonce/i;

/** One of each kind; more would be too many sign-ins from one address. */
const fromInside = [
  'invalid-iss',
  'missing-sub',
  'idtoken-sig-none',
  'invalid-sig-rs256',
  'nonce-invalid',
  'userinfo-invalid-sub',
  'userinfo-refused',
  'access-token-exchanged',
  'response-iss-wrong',
  'response-without-code',
  'error-beside-code',
  'error-of-the-server',
  'token-of-another-type',
];

describe('a hostile provider, at the callback of an app', () => {
  let provider: HostileProvider;
  let testApp: HostileApp;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  beforeEach(async () => {
    testApp = await openHostileApp(provider);
  });
  afterEach(async () => {
    provider.reset();
    await testApp.close();
  });

  async function comesIn(visitor: Visitor, code: string): Promise<void> {
    const back = await testApp.by(visitor);
    assert.deepEqual([back.status, back.location], [303, gate], back.text);
    await visitor.get(gate);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(await visitor.me(), 'ann');
  }

  async function refuses(reason: string): Promise<void> {
    const visitor = new Visitor(testApp);
    const away = await visitor.client.get('/source/acme/login');
    const begun = away.status === 303;
    const [cookie] = activeCookies(visitor);
    const value = visitor.client.cookies.get(cookie ?? '');
    const callback = begun
      ? `/source/acme/callback?${String(provider.answer(new URL(away.location)))}`
      : '/source/acme/login';
    const page = begun ? await visitor.client.get(callback) : away;

    assert.equal(page.status, unavailable.test(reason) ? 503 : 403, page.text);
    assert.equal(page.headers['retry-after'], page.status === 503 ? '5' : undefined);
    assertPlainFailure(testApp, page, reason);
    assert.match(page.text, /Acme/);
    assert.doesNotMatch(page.text, theirWords);
    // Errors that only the app can fix do not offer another try.
    const again = !/^(discovery\.issuer|provider\.insecure)$/.test(reason);
    assert.equal(/href="\/source\/acme\/login"/.test(page.text), again, 'the way to try again');
    await nothingCameOfIt(visitor);
    if (!begun || reason === 'callback.malformed') return;

    // The answer was valid once: it does not work again, even with all cookies of the browser.
    provider.mischief = {};
    const asked = provider.seen.length;
    visitor.client.cookies.set(cookie ?? assert.fail('no cookie'), value ?? '');
    assert.equal((await visitor.client.get(callback)).status, 403);
    assert.deepEqual(reasonsTold(testApp).at(-1), 'state.replayed');
    assert.equal(provider.seen.length, asked, 'the provider was asked');
  }

  async function nothingCameOfIt(visitor: Visitor): Promise<void> {
    assert.deepEqual(testApp.members, []);
    assert.equal(await visitor.me(), null);
    // The sign-in's cookie stays for a while, so that a reload says that it was used.
    const left = activeCookies(visitor).filter((name) => !name.startsWith('enrollment.source.'));
    assert.deepEqual(left, []);
    assert.equal((await visitor.client.get(gate)).status, 403, 'a plan was made');
    const identified = testApp.events.filter(({ name }) => name === 'source.identified');
    assert.deepEqual(identified, []);
  }

  const play = (switches: Readonly<Record<string, Switch>>): void => {
    for (const [name, { reason, ...mischief }] of Object.entries(switches)) {
      it(`${name}: ${reason === null ? 'lets the person come to the gate' : `refuses (${reason})`}`, async () => {
        const { code } = await testApp.enrollment.invitations.create();
        provider.mischief = mischief;
        if (reason !== null) {
          await refuses(reason);
          // Unusable keys are fetched again after a pause.
          testApp.clock.advance(15_000);
          provider.mischief = {};
        }
        await comesIn(new Visitor(testApp), code);
        assert.equal(testApp.members.length, 1);
      });
    }
  };
  describe('module', () => play(conformance));
  describe('beside the modules', () => play(further));

  it('signing-key-rotation: people sign in before and after it', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    await comesIn(new Visitor(testApp), code);
    testApp.clock.advance(60_000);
    provider.key = provider.otherKey;
    const second = new Visitor(testApp);
    assert.equal((await testApp.by(second)).status, 303);
    assert.equal(await second.me(), 'ann');
    assert.equal(testApp.members.length, 1);
    assert.deepEqual(reasonsTold(testApp), []);
  });

  it('a refused response in one tab does not affect the sign-in of another tab', async () => {
    const visitor = new Visitor(testApp);
    const tabs = [await visitor.client.get('/source/acme/login'), await visitor.client.get('/source/acme/login')];
    const [bad, good] = tabs.map(({ location }) => provider.answer(new URL(location)));
    provider.mischief = { claims: (claims) => ({ ...claims, iss: 'https://other.example' }) };
    assert.equal((await visitor.client.get(`/source/acme/callback?${String(bad)}`)).status, 403);
    provider.mischief = {};
    const back = await visitor.client.get(`/source/acme/callback?${String(good)}`);
    assert.deepEqual([back.status, back.location], [303, gate]);
  });

  it('a person who comes from a flow can go back, and the flow is unchanged', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.enterCode(code);
    const { signature } = visitor;
    for (const name of fromInside) {
      const { reason, ...mischief } = conformance[name] ?? further[name] ?? assert.fail(name);
      provider.mischief = mischief;
      const page = await testApp.by(visitor, '/if/flow/invite/source/acme/');
      assertPlainFailure(testApp, page, reason ?? assert.fail(name));
      assert.match(page.text, /<a [^>]*href="\/if\/flow\/invite\/"[^>]*>Go back to where you were</, name);
      if (/try again/.test(page.text))
        assert.match(page.text, /href="\/if\/flow\/invite\/source\/\w+\/">Try again</, name);
      await visitor.open();
      assert.equal(visitor.signature, signature, name);
    }
    assert.equal((await visitor.submit(accountOf('by-hand'))).location, '/welcome');
    assert.equal(await testApp.connections.find({ source: 'acme', issuer: provider.issuer, subject: 'ann' }), null);
  });

  it('a person at the gate who fails with another account keeps the first identity', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.get((await testApp.by(visitor)).location);
    assert.match(visitor.page.text, /href="\/if\/flow\/no-access-yet\/source\/acme\/other\/"/);
    provider.person = {
      sub: 'mallory',
      email: 'mallory@example.com',
      email_verified: true,
      preferred_username: 'admin',
    };
    provider.mischief = { userInfo: (claims) => ({ ...claims, sub: 'eve' }) };
    const page = await testApp.by(visitor, `${gate}source/acme/other/`);
    assertPlainFailure(testApp, page, 'user_info.subject');
    assert.match(page.text, /<a [^>]*href="\/if\/flow\/no-access-yet\/"/);
    assert.match((await visitor.open(gate)).text, /ann@example\.com/);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(await visitor.me(), 'ann');
    const found = await testApp.connections.find({ source: 'acme', issuer: provider.issuer, subject: 'ann' });
    assert.equal(found, testApp.members[0]?.id);
  });

  it('redirects no one to an invalid provider address', async () => {
    for (const address of [
      'javascript:alert(1)',
      'http://other.example/',
      '//other.example',
      'https://a:b@other.example',
      7,
    ]) {
      testApp.clock.advance(15_000);
      provider.mischief = { discovery: (description) => ({ ...description, authorization_endpoint: address }) };
      const page = await new Visitor(testApp).client.get('/source/acme/login');
      assert.deepEqual([page.status, page.location], [503, ''], String(address));
      assert.match(String(reasonsTold(testApp).at(-1)), /^(?:provider\.insecure|discovery\.malformed)$/);
      assert.doesNotMatch(page.text, /alert|other\.example/);
    }
  });

  it('a signed-in user stays signed in as the same user, whatever the provider responds', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await comesIn(visitor, code);
    provider.mischief = { claims: (claims) => ({ ...claims, sub: 'mallory', aud: 'another club' }) };
    assert.equal((await testApp.by(visitor)).status, 403);
    assert.equal(await visitor.me(), 'ann');
    assert.equal(testApp.members.length, 1);
  });
});
