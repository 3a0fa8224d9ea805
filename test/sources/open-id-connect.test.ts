import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { EphemeralStore } from '../../lib/ports/ephemeral-store.js';
import type { OpenIdConnectSettings } from '../../lib/sources/openid-connect/settings.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import { startOpenIdProvider, type OpenIdProvider } from '../support/openid-provider.js';
import { baseUrl, failureIn, identityIn, openManager, type SourceFixture } from '../support/sources/source-fixture.js';

describe('an OpenID Connect source at a real provider', () => {
  let provider: OpenIdProvider;
  before(async () => {
    provider = await startOpenIdProvider();
    provider.allow(`${baseUrl}/source/acme/callback`);
  });
  after(() => provider.close());

  const settings = (): OpenIdConnectSettings => ({
    slug: 'acme',
    name: 'Acme',
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
  });
  const open = (more: Partial<OpenIdConnectSettings> = {}): SourceFixture =>
    openManager(openIdConnectSource({ ...settings(), ...more }));

  it('identifies a person with the provider’s claims, and returns the saved state', async () => {
    const manager = open();
    const sent = await manager.start({ resume: { flow: 'invite', next: '/welcome' } });
    const { url } = await provider.visit(sent.href, 'ann');
    assert.equal(`${url.origin}${url.pathname}`, `${baseUrl}/source/acme/callback`);
    const outcome = await manager.comeBack(url.searchParams);
    assert.deepEqual(identityIn(outcome), {
      source: 'acme',
      issuer: provider.issuer,
      subject: 'ann',
      email: 'ann@example.com',
      emailVerified: true,
      username: 'ann',
      name: 'Ann Archer',
      claims: {
        email: 'ann@example.com',
        email_verified: true,
        name: 'Ann Archer',
        preferred_username: 'ann',
        sub: 'ann',
      },
    });
    assert.deepEqual(outcome.resume, { flow: 'invite', next: '/welcome' });
    assert.deepEqual([outcome.tag], [...manager.cookies.keys()]);
  });

  it('requests a code with PKCE S256, a nonce and a 256-bit state, all new each time', async () => {
    const manager = open({ authorizationParameters: { prompt: 'select_account' } });
    const [one, two] = [await manager.start({ loginHint: 'ann@example.com' }), await manager.start()];
    const query = Object.fromEntries(one.searchParams);
    assert.deepEqual(Object.keys(query).sort(), [
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'login_hint',
      'nonce',
      'prompt',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
    ]);
    assert.equal(query['response_type'], 'code');
    assert.equal(query['code_challenge_method'], 'S256');
    assert.equal(query['scope'], 'openid profile email');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      assert.match(query[name] ?? '', /^[\w-]{43}$/);
      assert.notEqual(query[name], two.searchParams.get(name));
    }
  });

  it('treats an address as verified only if the provider says so', async () => {
    const manager = open();
    const { url } = await provider.visit((await manager.start()).href, 'bob');
    const identity = identityIn(await manager.comeBack(url.searchParams));
    assert.deepEqual([identity.email, identity.emailVerified], ['bob@example.com', false]);
  });

  it('lets a source define what counts as verified', async () => {
    const manager = open({ emailVerified: (claims) => claims['preferred_username'] === 'bob' });
    const { url } = await provider.visit((await manager.start()).href, 'bob');
    assert.equal(identityIn(await manager.comeBack(url.searchParams)).emailVerified, true);
  });

  it('identifies people without an address or username', async () => {
    const manager = open();
    const carl = identityIn(
      await manager.comeBack((await provider.visit((await manager.start()).href, 'carl')).url.searchParams),
    );
    assert.deepEqual([carl.subject, carl.username, carl.email], ['carl', undefined, 'carl@example.com']);
    const dora = identityIn(
      await manager.comeBack((await provider.visit((await manager.start()).href, 'dora')).url.searchParams),
    );
    assert.deepEqual([dora.subject, dora.email, dora.emailVerified], ['dora', undefined, false]);
  });

  it('offers names and addresses in canonical form, and none that are reserved', async () => {
    const manager = open();
    const fay = identityIn(
      await manager.comeBack((await provider.visit((await manager.start()).href, 'fay')).url.searchParams),
    );
    assert.deepEqual([fay.email, fay.username, fay.name], ['fay@example.com', undefined, '<b>Fay</b> "Fisher"']);
  });

  it('passes on a username that is taken only as a proposal', async () => {
    const manager = open();
    const eve = identityIn(
      await manager.comeBack((await provider.visit((await manager.start()).href, 'eve')).url.searchParams),
    );
    assert.deepEqual([eve.subject, eve.username, eve.emailVerified], ['eve', 'admin', false]);
  });

  it('handles a denial', async () => {
    const manager = open();
    const { url } = await provider.visit((await manager.start()).href, null);
    const failure = failureIn(await manager.comeBack(url.searchParams));
    assert.deepEqual(
      [failure.reason, failure.message, failure.retryable, failure.status, failure.resume],
      ['provider.denied', { id: 'source.denied', values: { source: 'Acme' } }, true, 403, { flow: 'invite' }],
    );
  });

  it('does not accept a code issued to another person', async () => {
    const [victim, attacker] = [open(), open()];
    const stolen = (await provider.visit((await victim.start()).href, 'ann')).url.searchParams.get('code') ?? '';
    const own = (await provider.visit((await attacker.start()).href, 'bob')).url.searchParams;
    own.set('code', stolen);
    const failure = failureIn(await attacker.comeBack(own));
    assert.deepEqual([failure.reason, failure.detail], ['token.refused', 'invalid_grant']);
  });

  it('ten parallel tabs return in any order, each to its own target', async () => {
    const manager = open();
    const tabs = await Promise.all(
      Array.from({ length: 10 }, async (_, tab) => ({
        tab,
        sent: await manager.start({ resume: { tab: String(tab) } }),
      })),
    );
    const back = await Promise.all(
      tabs.reverse().map(async ({ tab, sent }) => ({ tab, returned: await provider.visit(sent.href, 'ann') })),
    );
    const ended = await Promise.all(
      back.map(async ({ tab, returned }) => ({ tab, outcome: await manager.comeBack(returned.url.searchParams) })),
    );
    for (const { tab, outcome } of ended) {
      assert.equal(identityIn(outcome).subject, 'ann');
      assert.deepEqual(outcome.resume, { tab: String(tab) });
    }
  });

  it('F26: accepts a posted response through a 303 to itself, and again for two minutes', async () => {
    const manager = open({ responseMode: 'form_post' });
    assert.equal(manager.source.posts, true);
    const returned = await provider.visit((await manager.start()).href, 'ann');
    if (returned.by !== 'post') assert.fail('the provider did not post');
    const held = await manager.source.keep(returned.body);
    if (held.type !== 'held') assert.fail(held.reason);
    assert.match(held.parameters, /^held=[\w-]{43}$/);
    const first = await manager.comeBack(held.parameters);
    assert.equal(identityIn(first).subject, 'ann');
    assert.deepEqual(await manager.comeBack(held.parameters), { ...first, repeated: true });
    manager.clock.advance(120_000);
    assert.equal(failureIn(await manager.comeBack(held.parameters)).reason, 'state.unknown');
  });

  it('stores nothing that cannot be a response, and nothing without form_post', async () => {
    const posting = open({ responseMode: 'form_post' });
    for (const body of ['', 'code=a', 'code=a&state=short', `state=${'x'.repeat(43)}&state=${'x'.repeat(43)}`])
      assert.equal((await posting.source.keep(body)).type, 'failed', body);
    assert.equal(failureIn(await posting.source.keep('x'.repeat(20_000))).reason, 'callback.malformed');
    assert.equal(failureIn(await open().source.keep(`code=a&state=${'x'.repeat(43)}`)).reason, 'callback.malformed');
  });

  it('sends the secret by POST when configured to, or when the provider requires it', async () => {
    const posting = await startOpenIdProvider({ clientAuthentication: 'client_secret_post' });
    posting.allow(`${baseUrl}/source/acme/callback`);
    try {
      const given = { ...settings(), issuer: posting.issuer };
      const manager = openManager(openIdConnectSource({ ...given, clientAuthentication: 'post' }));
      const { url } = await posting.visit((await manager.start()).href, 'ann');
      assert.equal(identityIn(await manager.comeBack(url.searchParams)).subject, 'ann');
      const free = openManager(openIdConnectSource(given));
      const again = await posting.visit((await free.start()).href, 'ann');
      assert.equal(identityIn(await free.comeBack(again.url.searchParams)).subject, 'ann');
    } finally {
      await posting.close();
    }
  });

  it('supports another callback path', async () => {
    provider.allow(`${baseUrl}/auth/acme/return`);
    const manager = open({ callbackPath: '/auth/acme/return' });
    assert.equal(manager.sources.atCallback('/auth/acme/return'), manager.source);
    const { url } = await provider.visit((await manager.start()).href, 'ann');
    assert.equal(url.pathname, '/join/auth/acme/return');
    assert.equal(identityIn(await manager.comeBack(url.searchParams)).subject, 'ann');
  });

  it('keeps no token in any store or result', async () => {
    const put: string[] = [];
    const plain = open();
    const ephemeralStore: EphemeralStore = {
      ...plain.ephemeralStore,
      set: (key: string, value: string, seconds: number) => (
        put.push(key, value),
        plain.ephemeralStore.set(key, value, seconds)
      ),
    };
    const manager = openManager(openIdConnectSource(settings()), { ephemeralStore });
    const sent = await manager.start();
    const { url } = await provider.visit(sent.href, 'ann');
    const outcome = await manager.comeBack(url.searchParams);
    assert.equal(identityIn(outcome).subject, 'ann');
    const kept = JSON.stringify([put, outcome]);
    assert.doesNotMatch(kept, /token|eyJ/i);
    for (const secret of [url.searchParams.get('code'), sent.searchParams.get('state'), provider.clientSecret])
      assert.ok(!kept.includes(secret ?? assert.fail()));
  });
});
