import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { FinishOutcome } from '../../lib/ports/source.js';
import type { OpenIdConnectSettings } from '../../lib/sources/openid-connect/settings.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import { failureIn, identityIn, openManager, type SourceFixture } from '../support/sources/source-fixture.js';

describe('the claims of an OpenID Connect source', () => {
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

  for (const value of [false, 'false', 'true', 0, 1, null, undefined, [true], { true: true }]) {
    it(`does not treat an address as verified when email_verified is ${JSON.stringify(value)}`, async () => {
      provider.person = { ...provider.person, email_verified: value };
      const identity = identityIn(await signIn(open()));
      assert.deepEqual([identity.email, identity.emailVerified], ['ann@example.com', false]);
    });
  }

  it('does not apply the token’s email_verified to an address from UserInfo', async () => {
    provider.mischief = {
      claims: (claims) => ({ ...claims, email_verified: true }),
      userInfo: () => ({ sub: 'ann', email: 'victim@example.com' }),
    };
    const one = identityIn(await signIn(open()));
    assert.deepEqual([one.email, one.emailVerified], ['victim@example.com', false]);
    provider.mischief = {
      claims: (claims) => ({ ...claims, email: 'ann@example.com', email_verified: false }),
      userInfo: () => ({ sub: 'ann', email: 'victim@example.com', email_verified: true }),
    };
    const two = identityIn(await signIn(open()));
    assert.deepEqual([two.email, two.emailVerified], ['ann@example.com', false]);
  });

  it('does not apply UserInfo’s email_verified to an address from the token', async () => {
    provider.mischief = {
      claims: (claims) => ({ ...claims, email: 'victim@example.com' }),
      userInfo: () => ({ sub: 'ann', email: 'ann@example.com', email_verified: true }),
    };
    const identity = identityIn(await signIn(open()));
    assert.deepEqual([identity.email, identity.emailVerified], ['victim@example.com', false]);
  });

  it('treats an invalid address as none', async () => {
    for (const email of [
      '',
      'ann',
      42,
      ['ann@example.com'],
      'ann@example.com\r\nbcc: x@example.com',
      'x'.repeat(5000),
    ]) {
      provider.person = { sub: 'ann', email, email_verified: true };
      const identity = identityIn(await signIn(open()));
      assert.deepEqual([identity.email, identity.emailVerified], [undefined, false]);
    }
  });

  for (const subject of ['v\ud800', 'v\0', 'v\u0085']) {
    it(`F6: refuses the subject ${JSON.stringify(subject)}, which a database would change`, async () => {
      provider.person = { ...provider.person, sub: subject };
      const { reason, detail } = failureIn(await signIn(open()));
      assert.equal(reason, 'id_token.subject');
      assert.match(detail ?? '', /^it (is not well-formed Unicode|has control characters)$/);
    });
  }

  it('F6: keeps no claim that a database would change, from any origin', async () => {
    provider.mischief = {
      claims: (claims) => ({ ...claims, oid: 'v\ud800' }),
      userInfo: () => ({ sub: 'ann', preferred_username: 'ann\ud800', groups: ['a\0'], locale: 'de' }),
    };
    const { username, claims } = identityIn(await signIn(open()));
    assert.equal(username, undefined);
    assert.deepEqual(claims, { sub: 'ann', locale: 'de' });
  });

  it('reads further addresses only from what the app returns as verified', async () => {
    provider.person = {
      ...provider.person,
      verified_emails: ['ANN@work.example', 'ann@example.com', 7],
      emails: ['x@y.z'],
    };
    assert.equal('otherEmails' in identityIn(await signIn(open())), false);
    const manager = open({ otherEmails: ({ verified_emails: verified }) => verified as readonly string[] });
    assert.deepEqual(identityIn(await signIn(manager)).otherEmails, ['ann@work.example']);
    for (const said of [undefined, null, 'ann@work.example', 42, {}]) {
      provider.person = { ...provider.person, verified_emails: said };
      assert.equal('otherEmails' in identityIn(await signIn(manager)), false);
    }
  });

  it('reads hd only from the signed token', async () => {
    const manager = open({ hostedDomains: ['acme.example'] });
    provider.mischief = { userInfo: (claims) => ({ ...claims, hd: 'acme.example' }) };
    const failure = failureIn(await signIn(manager));
    assert.deepEqual([failure.reason, failure.message.id], ['identity.hosted_domain', 'source.not_allowed']);
    provider.mischief = { claims: (claims) => ({ ...claims, hd: 'acme.example' }) };
    assert.equal(identityIn(await signIn(manager)).claims['hd'], 'acme.example');
    assert.equal((await manager.start()).searchParams.get('hd'), 'acme.example');
  });

  it('admits people of listed tenants, each with the issuer of the tenant', async () => {
    const template = `${provider.issuer}/{tenantid}/v2.0`;
    const manager = open({ issuer: template, tenants: ['blue', 'green'] });
    const ofTenant = (tid: unknown, iss: string): void => {
      provider.mischief = {
        discovery: (description) => ({
          ...description,
          issuer: template,
          authorization_response_iss_parameter_supported: false,
        }),
        callback: (query) => query.delete('iss'),
        claims: (claims) => ({ ...claims, tid, iss }),
      };
    };
    ofTenant('green', `${provider.issuer}/green/v2.0`);
    const identity = identityIn(await signIn(manager));
    assert.deepEqual([identity.issuer, identity.subject], [`${provider.issuer}/green/v2.0`, 'ann']);
    const refused: readonly (readonly [tid: unknown, tenant: string, reason: string])[] = [
      ['red', 'red', 'identity.tenant'],
      ['blue', 'green', 'id_token.issuer'],
      ['blue', 'red', 'id_token.issuer'],
      ['blue', '{tenantid}', 'id_token.issuer'],
      [undefined, 'green', 'identity.tenant'],
      [['green'], 'green', 'identity.tenant'],
    ];
    for (const [tid, tenant, reason] of refused) {
      ofTenant(tid, `${provider.issuer}/${tenant}/v2.0`);
      assert.equal(failureIn(await signIn(manager)).reason, reason, `${String(tid)} at ${tenant}`);
    }
  });

  it('keeps only the requested claims, up to a limit, and no names that reach a prototype', async () => {
    provider.mischief = {
      userInfo: () =>
        JSON.parse(
          '{"sub":"ann","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"groups":["a"]}',
        ),
    };
    const usual = identityIn(await signIn(open()));
    assert.deepEqual(usual.claims, { groups: ['a'], sub: 'ann' });
    assert.equal(Reflect.get({}, 'admin'), undefined);
    provider.mischief = {
      userInfo: (claims) => ({ ...claims, picture: 'x'.repeat(5000), team: 'red', access_token: 'x' }),
    };
    const chosen = identityIn(
      await signIn(
        open({ claims: ({ team, picture, access_token: token }) => ({ team, picture, access_token: token }) }),
      ),
    );
    assert.deepEqual(chosen.claims, { team: 'red' });
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`claim${at}`, 'x'.repeat(500)]));
    provider.mischief = { userInfo: (claims) => ({ ...claims, ...many }) };
    const all = identityIn(await signIn(open({ claims: (claims) => claims })));
    assert.ok(JSON.stringify(all.claims).length <= 4096);
  });

  it('survives errors of the app’s own functions', async () => {
    const oops = (): never => {
      throw new RangeError('a secret text');
    };
    for (const settings of [{ emailVerified: oops }, { otherEmails: oops }, { claims: oops }, { enabled: oops }]) {
      const failure = failureIn(await signIn(open(settings)));
      assert.deepEqual([failure.reason, failure.detail], ['source.unexpected', 'RangeError']);
    }
  });
});
