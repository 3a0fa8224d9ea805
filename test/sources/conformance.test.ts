import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { FinishOutcome } from '../../lib/ports/source.js';
import type { OpenIdConnectSettings } from '../../lib/sources/openid-connect/settings.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import { conformance, further, type Switch } from '../support/sources/provider-faults.js';
import { failureIn, identityIn, openManager, type SourceFixture } from '../support/sources/source-fixture.js';

describe('an OpenID Connect source as a relying party', () => {
  let provider: HostileProvider;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(() => provider.reset());

  const open = (more: Partial<OpenIdConnectSettings> = {}): SourceFixture => {
    const { issuer, clientId, clientSecret } = provider;
    return openManager(openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret, ...more }));
  };
  async function signIn(manager: SourceFixture): Promise<FinishOutcome> {
    const begun = await manager.source.begin({ resume: {} });
    if (begun.type === 'failed') return begun;
    manager.cookies.set(begun.cookie.tag, begun.cookie.value);
    return manager.comeBack(provider.answer(new URL(begun.to)));
  }

  const play = (switches: Readonly<Record<string, Switch>>): void => {
    for (const [name, { reason, ...mischief }] of Object.entries(switches)) {
      it(`${name}: ${reason === null ? 'recognizes the person' : `refuses with ${reason}`}`, async () => {
        const manager = open();
        provider.mischief = mischief;
        const outcome = await signIn(manager);
        if (reason === null) assert.equal(identityIn(outcome).subject, 'ann');
        else assert.equal(failureIn(outcome).reason, reason);
        // Whatever the fault was, the next visitor is served.
        provider.mischief = {};
        // Unusable keys are fetched again after a pause.
        manager.clock.advance(15_000);
        assert.equal(identityIn(await signIn(manager)).subject, 'ann');
      });
    }
  };
  describe('module', () => play(conformance));
  describe('beside the modules', () => play(further));

  it('signing-key-rotation: fetches new keys with one more request', async () => {
    const manager = open();
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
    manager.clock.advance(60_000);
    provider.key = provider.otherKey;
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
    assert.equal(provider.seen.filter(({ endpoint }) => endpoint === 'keys').length, 2);
  });

  it('signing-key-rotation: finds a new key of the same name', async () => {
    const manager = open();
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
    manager.clock.advance(60_000);
    const { jwk, ...other } = provider.otherKey;
    provider.key = { ...other, kid: 'first', jwk: { ...jwk, kid: 'first' } };
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
  });

  it('fetches keys at most every ten seconds, however many tokens have unknown ones', async () => {
    const manager = open();
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
    provider.mischief = further['kid-unknown'] ?? assert.fail();
    for (let times = 0; times < 5; times += 1) assert.equal(failureIn(await signIn(manager)).reason, 'id_token.key');
    assert.equal(provider.seen.filter(({ endpoint }) => endpoint === 'keys').length, 1);
  });

  it('fetches provider metadata once an hour, and keeps the old metadata during an outage', async () => {
    const manager = open();
    const asked = (): number => provider.seen.filter(({ endpoint }) => endpoint === 'discovery').length;
    await Promise.all([signIn(manager), signIn(manager), signIn(manager)]);
    assert.equal(asked(), 1);
    manager.clock.advance(3_600_000);
    provider.mischief = { answers: { discovery: (res) => res.writeHead(500).end() } };
    // The provider uses real time, which is one hour ago here.
    assert.equal(failureIn(await signIn(manager)).reason, 'id_token.expired');
    assert.equal(asked(), 2);
  });

  it('userinfo-bearer-header, client-secret-basic, scope-userinfo-claims', async () => {
    assert.equal(identityIn(await signIn(open())).email, 'ann@example.com');
    const [userinfo] = provider.seen.filter(({ endpoint }) => endpoint === 'userinfo');
    assert.equal(userinfo?.headers['authorization'], 'Bearer an-access-token');
    const [token] = provider.seen.filter(({ endpoint }) => endpoint === 'token');
    const [kind, value = ''] = String(token?.headers['authorization']).split(' ');
    const both = Buffer.from(value, 'base64').toString().split(':');
    const form = (text: string | undefined): string => decodeURIComponent((text ?? '').replaceAll('+', ' '));
    assert.deepEqual([kind, ...both.map(form)], ['Basic', provider.clientId, provider.clientSecret]);
    assert.deepEqual([token?.body.has('client_secret'), token?.body.get('code_verifier')?.length], [false, 43]);
  });

  it('client-secret-post: if the provider supports only that, or the app requests it', async () => {
    provider.mischief = {
      discovery: (description) => ({ ...description, token_endpoint_auth_methods_supported: ['client_secret_post'] }),
    };
    assert.equal(identityIn(await signIn(open())).subject, 'ann');
    provider.mischief = {};
    assert.equal(identityIn(await signIn(open({ clientAuthentication: 'post' }))).subject, 'ann');
    const tokens = provider.seen.filter(({ endpoint }) => endpoint === 'token');
    assert.deepEqual(
      tokens.map(({ headers, body }) => [headers['authorization'], body.get('client_id'), body.get('client_secret')]),
      Array.from({ length: 2 }, () => [undefined, provider.clientId, provider.clientSecret]),
    );
  });

  it('accepts only the configured algorithms', async () => {
    const manager = open({ idTokenAlgorithms: ['ES256'] });
    assert.equal(failureIn(await signIn(manager)).reason, 'id_token.algorithm');
    provider.key = provider.ellipticKey;
    assert.equal(identityIn(await signIn(manager)).subject, 'ann');
  });

  it('requests UserInfo only if allowed and available', async () => {
    assert.equal(identityIn(await signIn(open({ userInfo: false }))).email, undefined);
    provider.mischief = { discovery: ({ userinfo_endpoint: _, ...description }) => description };
    assert.equal(identityIn(await signIn(open())).subject, 'ann');
    assert.deepEqual(
      provider.seen.filter(({ endpoint }) => endpoint === 'userinfo'),
      [],
    );
  });

  it('does not use an access token that does not match the ID token', async () => {
    provider.mischief = further['access-token-exchanged'] ?? assert.fail();
    const failure = failureIn(await signIn(open()));
    assert.deepEqual([failure.reason, failure.message.id], ['id_token.at_hash', 'source.untrusted']);
    assert.deepEqual(
      provider.seen.filter(({ endpoint }) => endpoint === 'userinfo'),
      [],
    );
    // It is not accepted without a UserInfo request either.
    assert.equal(failureIn(await signIn(open({ userInfo: false }))).reason, 'id_token.at_hash');
  });

  it('sends no code to a provider that did not issue the response', async () => {
    const manager = open();
    provider.mischief = { callback: (query) => query.set('iss', 'https://other.example') };
    assert.equal(failureIn(await signIn(manager)).reason, 'callback.issuer');
    provider.mischief = { callback: (query) => query.delete('iss') };
    assert.equal(failureIn(await signIn(manager)).reason, 'callback.issuer_missing');
    assert.deepEqual(
      provider.seen.filter(({ endpoint }) => endpoint === 'token'),
      [],
    );
  });
});
