import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { allowInsecureRequests, discovery, type Configuration } from 'openid-client';
import { Strategy as OpenIdClientStrategy } from 'openid-client/passport';
import OpenIdConnectStrategy from 'passport-openidconnect';
import type { SourceDefinition } from '../../lib/ports/source.js';
import { passportSource } from '../../lib/sources/passport/source.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import { noUnhandledRejections } from '../support/no-unhandled-rejections.js';
import { startOpenIdProvider, type OpenIdProvider } from '../support/openid-provider.js';
import { baseUrl, failureIn, identityIn, openManager } from '../support/sources/source-fixture.js';

describe('a source with an OpenID Connect strategy', () => {
  let provider: HostileProvider;
  noUnhandledRejections();
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(() => provider.reset());

  describe('the strategy of openid-client, at a real provider', () => {
    let real: OpenIdProvider;
    before(async () => {
      real = await startOpenIdProvider();
      real.allow(`${baseUrl}/source/real/callback`);
    });
    after(() => real.close());

    const source = (): SourceDefinition => {
      let down = true;
      return passportSource({
        slug: 'real',
        issuer: real.issuer,
        strategy: async (verify, callbackURL) => {
          // A provider that is down when the first visitor arrives.
          if (down) {
            down = false;
            throw new Error('down');
          }
          // oxlint-disable-next-line typescript/no-deprecated -- it is marked so to stand out; this provider is on loopback
          const insecure = { execute: [allowInsecureRequests] };
          const config: Configuration = await discovery(
            new URL(real.issuer),
            real.clientId,
            real.clientSecret,
            undefined,
            insecure,
          );
          return new OpenIdClientStrategy({ config, callbackURL, scope: 'openid email' }, verify);
        },
        identity: (tokens: { claims(): { sub: string; iss: string } | undefined }) => {
          const { sub = '', iss } = tokens.claims() ?? {};
          return { subject: sub, issuer: iss };
        },
      });
    };

    it('identifies a person, although it sends no state of its own', async () => {
      const manager = openManager(source());
      assert.equal(failureIn(await manager.source.begin({ resume: {} })).reason, 'source.setup');
      const sent = await manager.start({ loginHint: 'ann@example.com' });
      assert.equal(sent.searchParams.get('login_hint'), 'ann@example.com');
      assert.match(sent.searchParams.get('state') ?? '', /^[\w-]{43}$/);
      const { url } = await real.visit(sent.href, 'ann');
      const identity = identityIn(await manager.comeBack(url.searchParams));
      assert.deepEqual([identity.issuer, identity.subject], [real.issuer, 'ann']);
      url.searchParams.set('more', '1');
      assert.equal(failureIn(await manager.comeBack(url.searchParams)).reason, 'state.replayed');
    });

    it('returns from two tabs in the wrong order', async () => {
      const manager = openManager(source());
      await manager.source.begin({ resume: {} });
      const [one, two] = [await manager.start(), await manager.start()];
      const back = [await real.visit(two.href, 'bob'), await real.visit(one.href, 'ann')];
      const subjects: string[] = [];
      for (const { url } of back) subjects.push(identityIn(await manager.comeBack(url.searchParams)).subject);
      assert.deepEqual(subjects, ['bob', 'ann']);
    });

    it('handles a denial', async () => {
      const manager = openManager(source());
      await manager.source.begin({ resume: {} });
      const { url } = await real.visit((await manager.start()).href, null);
      assert.equal(failureIn(await manager.comeBack(url.searchParams)).reason, 'provider.denied');
    });
  });

  describe('passport-openidconnect unchanged', () => {
    const source = (): SourceDefinition =>
      passportSource({
        slug: 'raw',
        issuer: provider.issuer,
        timeoutMs: 1500,
        verifyArity: 9,
        strategy(verify, callbackURL) {
          const { issuer, clientId, clientSecret } = provider;
          return new OpenIdConnectStrategy(
            {
              issuer,
              callbackURL,
              authorizationURL: `${issuer}/authorize`,
              tokenURL: `${issuer}/token`,
              userInfoURL: `${issuer}/userinfo`,
              clientID: clientId,
              clientSecret,
            },
            verify,
          );
        },
        identity: (issuer: string, profile: { id?: string }) => ({ issuer, subject: profile.id ?? '' }),
      });

    it('identifies a person', async () => {
      const manager = openManager(source());
      provider.mischief = { userInfo: (claims) => ({ ...claims, id: claims['sub'] }) };
      const outcome = await manager.comeBack(provider.answer(await manager.start()));
      assert.equal(identityIn(outcome).subject, 'ann');
    });

    it('does not crash when UserInfo is not JSON', async () => {
      const manager = openManager(source());
      provider.mischief = { answers: { userinfo: (res) => void res.end('<!doctype html>') } };
      const failure = failureIn(await manager.comeBack(provider.answer(await manager.start())));
      assert.deepEqual([failure.reason, failure.detail], ['strategy.error', 'ReferenceError']);
    });

    it('does not crash when the token is a number', async () => {
      const manager = openManager(source());
      provider.mischief = { token: () => 42 };
      const failure = failureIn(await manager.comeBack(provider.answer(await manager.start())));
      assert.deepEqual([failure.reason, failure.detail], ['strategy.error', 'TypeError']);
    });
  });
});
