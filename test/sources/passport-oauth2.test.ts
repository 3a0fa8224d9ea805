import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import OAuth2Strategy from 'passport-oauth2';
import type { PassportIdentity, SourceDefinition } from '../../lib/ports/source.js';
import type { PassportSourceSettings, Verify } from '../../lib/sources/passport/settings.js';
import { passportSource } from '../../lib/sources/passport/source.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import { noUnhandledRejections } from '../support/no-unhandled-rejections.js';
import { baseUrl, failureIn, identityIn, openManager } from '../support/sources/source-fixture.js';

interface Profile {
  readonly sub: string;
  readonly email?: string;
  readonly name?: string;
}

/** passport-oauth2 as apps use it: with state in the session, PKCE, and a profile from one of the provider's URLs. */
class ProfileStrategy extends OAuth2Strategy {
  userInfoUrl = '';

  override userProfile(accessToken: string, done: (error: unknown, profile?: unknown) => void): void {
    this._oauth2.useAuthorizationHeaderforGET(true);
    this._oauth2.get(this.userInfoUrl, accessToken, (error, body) => {
      if (error as unknown) return done(error);
      // As in many strategies: nothing catches what is thrown here.
      done(null, JSON.parse(String(body)));
    });
  }
}

describe('a source with the passport-oauth2 strategy', () => {
  let provider: HostileProvider;
  noUnhandledRejections();
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(() => provider.reset());

  const make = (verify: Verify, callbackURL: string, more: object = {}): ProfileStrategy => {
    const { issuer, clientId, clientSecret } = provider;
    const strategy = new ProfileStrategy(
      {
        authorizationURL: `${issuer}/authorize?tenant=blue`,
        tokenURL: `${issuer}/token`,
        clientID: clientId,
        clientSecret,
        callbackURL,
        state: true,
        pkce: true,
        ...more,
      },
      verify,
    );
    strategy.userInfoUrl = `${issuer}/userinfo`;
    return strategy;
  };
  const hub = (more: Partial<PassportSourceSettings> = {}): SourceDefinition =>
    passportSource({
      slug: 'hub',
      name: 'The Hub',
      issuer: provider.issuer,
      strategy: make,
      options: { scope: ['profile', 'email'] },
      timeoutMs: 1500,
      identity: (_accessToken: string, _refreshToken: string, profile: Profile) => ({
        subject: profile.sub,
        email: profile.email,
        name: profile.name,
        claims: { plan: 'pro', access_token: 'dropped' },
      }),
      ...more,
    });

  it('identifies a person', async () => {
    const manager = openManager(hub({ issuer: provider.issuer }));
    const sent = await manager.start({ resume: { flow: 'invite' } });
    assert.equal(sent.searchParams.get('scope'), 'profile email');
    assert.equal(sent.searchParams.get('tenant'), 'blue');
    assert.equal(sent.searchParams.get('code_challenge_method'), 'S256');
    assert.match(sent.searchParams.get('state') ?? '', /^[\w-]{43}$/);
    assert.equal(sent.searchParams.get('redirect_uri'), `${baseUrl}/source/hub/callback`);
    const outcome = await manager.comeBack(provider.answer(sent));
    assert.deepEqual(identityIn(outcome), {
      source: 'hub',
      issuer: provider.issuer,
      subject: 'ann',
      email: 'ann@example.com',
      emailVerified: false,
      name: 'Ann',
      claims: { plan: 'pro' },
    });
    assert.deepEqual(outcome.resume, { flow: 'invite' });
  });

  it('returns from ten parallel tabs in any order', async () => {
    const manager = openManager(hub());
    const tabs = await Promise.all(
      Array.from({ length: 10 }, (_, tab) => manager.start({ resume: { tab: String(tab) } })),
    );
    const ended = await Promise.all(tabs.reverse().map((sent) => manager.comeBack(provider.answer(sent))));
    assert.deepEqual(
      ended.map((outcome) => (identityIn(outcome), outcome.resume)),
      Array.from({ length: 10 }, (_, tab) => ({ tab: String(9 - tab) })),
    );
  });

  it('is not called if the state is wrong or repeated', async () => {
    const manager = openManager(hub());
    const query = provider.answer(await manager.start());
    assert.equal(failureIn(await manager.comeBack(query, { cookies: new Map() })).reason, 'state.unbound');
    assert.equal(provider.seen.length, 0);
    const ended = await Promise.all(Array.from({ length: 20 }, () => manager.comeBack(query)));
    assert.equal(ended.filter((one) => one.type === 'identified' && !one.repeated).length, 1);
    for (const one of ended) assert.equal(identityIn(one).subject, identityIn(ended[0] ?? assert.fail()).subject);
    assert.equal(provider.seen.filter(({ endpoint }) => endpoint === 'token').length, 1);
  });

  it('is protected by the kit’s state if it has none of its own', async () => {
    const manager = openManager(hub({ strategy: (verify, url) => make(verify, url, { state: false, pkce: false }) }));
    const sent = await manager.start();
    assert.match(sent.searchParams.get('state') ?? '', /^[\w-]{43}$/);
    const query = provider.answer(sent);
    assert.equal(failureIn(await manager.comeBack(query, { cookies: new Map() })).reason, 'state.unbound');
    assert.equal(identityIn(await manager.comeBack(query)).subject, 'ann');
  });

  it('does not accept a code issued to another person', async () => {
    const [victim, attacker] = [openManager(hub()), openManager(hub())];
    const stolen = provider.answer(await victim.start()).get('code') ?? '';
    const own = provider.answer(await attacker.start());
    own.set('code', stolen);
    assert.equal(failureIn(await attacker.comeBack(own)).reason, 'strategy.error');
  });

  it('accepts no response from another issuer', async () => {
    const manager = openManager(hub({ issuer: 'https://hub.example' }));
    assert.equal(failureIn(await manager.comeBack(provider.answer(await manager.start()))).reason, 'callback.issuer');
    assert.equal(provider.seen.length, 0);
  });

  it('F31: a response from another issuer is reported with both names and the correction', async () => {
    const manager = openManager(hub({ issuer: 'https://hub.example' }));
    const { detail } = failureIn(await manager.comeBack(provider.answer(await manager.start())));
    for (const part of [provider.issuer, 'https://hub.example', 'enrollment_connections'])
      assert.ok(detail?.includes(part), detail ?? '');
  });

  it('handles a denial', async () => {
    const manager = openManager(hub());
    const query = provider.answer(await manager.start());
    query.set('error', 'access_denied');
    assert.equal(failureIn(await manager.comeBack(query)).reason, 'provider.denied');
  });

  it('accepts a posted response', async () => {
    const manager = openManager(hub({ formPost: true }));
    const held = await manager.source.keep(provider.answer(await manager.start()).toString());
    if (held.type !== 'held') assert.fail(held.reason);
    assert.equal(identityIn(await manager.comeBack(held.parameters)).subject, 'ann');
  });

  it('passes more to an identity function that declares more', async () => {
    const seen: unknown[][] = [];
    const identity = (...given: unknown[]): PassportIdentity => (seen.push(given), { subject: 'ann' });
    for (const verifyArity of [4, 5]) {
      const manager = openManager(hub({ identity, verifyArity }));
      assert.equal(identityIn(await manager.comeBack(provider.answer(await manager.start()))).issuer, provider.issuer);
    }
    assert.deepEqual(
      seen.map(({ length }) => length),
      [3, 4],
    );
  });

  it('survives a provider that is slow, down, oversized, redirecting or malformed', async () => {
    const manager = openManager(hub());
    const faults: readonly (readonly [mischief: HostileProvider['mischief'], reason: string, detail: RegExp])[] = [
      [{ answers: { token: () => undefined } }, 'provider.slow', /strategy/],
      [{ answers: { token: (_res, req) => void req.socket.destroy() } }, 'provider.away', /strategy/],
      [{ answers: { token: (res) => void res.writeHead(500).end('oops') } }, 'strategy.away', /: 500$/],
      [
        { answers: { token: (res) => void res.writeHead(302, { location: '/keys' }).end() } },
        'provider.redirects',
        /./,
      ],
      [{ answers: { userinfo: (res) => void res.end('x'.repeat(1e6)) } }, 'provider.too_large', /./],
      [{ answers: { userinfo: (res) => void res.end('<!doctype html>') } }, 'strategy.error', /^SyntaxError$/],
      [{ answers: { userinfo: (res) => void res.end('null') } }, 'identity.malformed', /TypeError/],
      [{ userInfo: () => ({ sub: 42 }) }, 'identity.malformed', /subject/],
      [{ userInfo: () => ({ sub: '' }) }, 'identity.malformed', /subject/],
    ];
    for (const [mischief, reason, detail] of faults) {
      provider.mischief = mischief;
      const failure = failureIn(await manager.comeBack(provider.answer(await manager.start())));
      assert.equal(failure.reason, reason);
      assert.match(failure.detail ?? '', detail);
      provider.mischief = {};
      assert.equal(identityIn(await manager.comeBack(provider.answer(await manager.start()))).subject, 'ann');
    }
    assert.equal(provider.seen.filter(({ endpoint }) => endpoint === 'keys').length, 0);
  });

  it('sends no secret over the network without TLS', async () => {
    const manager = openManager(
      hub({ strategy: (verify, url) => make(verify, url, { tokenURL: 'http://203.0.113.1/token' }) }),
    );
    const failure = failureIn(await manager.comeBack(provider.answer(await manager.start())));
    assert.equal(failure.reason, 'provider.insecure');
  });

  it('admits no one that the app rejects, and does not disclose what it threw', async () => {
    const refusing = openManager(hub({ identity: async () => null }));
    const refused = failureIn(await refusing.comeBack(provider.answer(await refusing.start())));
    assert.deepEqual([refused.reason, refused.message.id], ['identity.refused', 'source.not_allowed']);
    const throwing = openManager(
      hub({
        identity: () => {
          throw new RangeError('canary');
        },
      }),
    );
    const thrown = failureIn(await throwing.comeBack(provider.answer(await throwing.start())));
    assert.deepEqual([thrown.reason, thrown.detail], ['identity.malformed', 'RangeError']);
  });

  it('hides its own errors', async () => {
    const manager = openManager(hub());
    const query = provider.answer(await manager.start());
    provider.mischief = {
      answers: {
        token: (res) => void res.writeHead(400).end('{"error":"invalid_grant","error_description":"canary"}'),
      },
    };
    assert.ok(!JSON.stringify(failureIn(await manager.comeBack(query))).includes('canary'));
  });
});
