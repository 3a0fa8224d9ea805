import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { after, afterEach, before, describe, it } from 'mocha';
import {
  appleSource,
  auth0Source,
  gitlabSource,
  googleSource,
  keycloakSource,
  microsoftSource,
  oktaSource,
} from '../../../lib/sources.js';
import type { FinishOutcome, ProviderDefinition, SourceIdentity } from '../../../lib/ports/source.js';
import { startHostileProvider, type Claims, type HostileProvider } from '../../support/hostile-provider.js';
import { settingIssues } from '../../support/sources/setting-issues.js';
import { failureIn, identityIn, openManager, type SourceFixture } from '../../support/sources/source-fixture.js';

const clientSecret = 'canary-of-a-secret';
const tenant = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
const otherTenant = '0e96f835-6e34-470c-800b-2e2c5908c54c';
const oid = '690222be-ff1a-4d56-abd1-7e4f7d38e474';
const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ann = { email: 'ann@example.com', email_verified: true, name: 'Ann' };
const usual = { subject: 'ann', email: 'ann@example.com', emailVerified: true, name: 'Ann' };

interface Given {
  /** The provider's address ends at `baseUrl`; `clientId` is its client. */
  readonly source: (baseUrl: string, clientId: string) => ProviderDefinition;
  readonly wrong: () => unknown;
  readonly mistakes: readonly string[];
  readonly issuer: string;
  /** The issuer of the metadata, where it is another one than in tokens. */
  readonly template?: string;
  readonly token: Claims;
  readonly userInfo?: Claims;
  readonly identity: Partial<SourceIdentity>;
  readonly unverified: readonly Claims[];
  readonly noAddress: Claims;
}

const nothing = { clientId: '', clientSecret: '', baseUrl: 'http://elsewhere.example', scopes: [] };
const usualMistakes = ['baseUrl', 'clientId', 'clientSecret', 'scopes'];
const byUserInfo = {
  token: {},
  userInfo: ann,
  unverified: [{ email_verified: false }, { email_verified: 'true' }, { email_verified: undefined }],
  noAddress: { email: undefined },
  mistakes: usualMistakes,
  issuer: '',
  identity: usual,
};

const entra = (settings: object): Given => ({
  ...byUserInfo,
  source: (baseUrl, clientId) => microsoftSource({ clientId, clientSecret, baseUrl, ...settings }),
  wrong: () => microsoftSource({ ...nothing, tenants: ['common'] }),
  mistakes: [...usualMistakes, 'tenants'],
  issuer: `/${tenant}/v2.0`,
  token: { ...ann, email_verified: true, xms_edov: true, oid, tid: tenant, sub: 'pairwise' },
  identity: { ...usual, subject: `${oid}.${tenant}` },
  unverified: [{ xms_edov: undefined }, { xms_edov: false }, { xms_edov: '0' }, { xms_edov: 0 }],
});

const providers: Readonly<Record<string, Given>> = {
  google: {
    ...byUserInfo,
    source: (baseUrl, clientId) => googleSource({ clientId, clientSecret, baseUrl }),
    wrong: () => googleSource(nothing),
  },
  gitlab: {
    ...byUserInfo,
    source: (baseUrl, clientId) => gitlabSource({ clientId, clientSecret, baseUrl: `${baseUrl}/` }),
    wrong: () => gitlabSource(nothing),
    userInfo: { ...ann, nickname: 'ann.l', groups: ['red/blue'] },
    identity: { ...usual, username: 'ann.l' },
  },
  keycloak: {
    ...byUserInfo,
    source: (baseUrl, clientId) => keycloakSource({ clientId, clientSecret, baseUrl, realm: 'acme' }),
    wrong: () => keycloakSource({ ...nothing, realm: 'a/b' }),
    mistakes: [...usualMistakes, 'realm'],
    issuer: '/realms/acme',
    userInfo: { ...ann, preferred_username: 'ann.k' },
    identity: { ...usual, username: 'ann.k' },
  },
  auth0: {
    ...byUserInfo,
    source: (baseUrl, clientId) => auth0Source({ clientId, clientSecret, baseUrl }),
    wrong: () => auth0Source({ ...nothing, baseUrl: '' }),
    issuer: '/',
  },
  okta: {
    ...byUserInfo,
    source: (baseUrl, clientId) => oktaSource({ clientId, clientSecret, baseUrl, authorizationServer: 'default' }),
    wrong: () => oktaSource({ ...nothing, authorizationServer: 'a/b' }),
    mistakes: ['authorizationServer', ...usualMistakes],
    issuer: '/oauth2/default',
  },
  apple: {
    ...byUserInfo,
    source: (baseUrl, clientId) => appleSource({ clientId, teamId: 'TEAM', keyId: 'KEY', privateKey, baseUrl }),
    wrong: () => {
      const keys = { teamId: '', keyId: '', privateKey: 'no key' };
      return appleSource(Object.assign(keys, nothing));
    },
    mistakes: ['baseUrl', 'clientId', 'clientSecret', 'keyId', 'privateKey', 'scopes', 'teamId'],
    token: { email: 'ann@example.com', email_verified: 'true', is_private_email: 'true' },
    identity: { ...usual, name: 'Ann Lee' },
    unverified: [{ email_verified: 'false' }, { email_verified: undefined }],
  },
  'microsoft, one tenant': entra({ tenant: tenant.toUpperCase() }),
  'microsoft, several tenants': { ...entra({ tenants: [tenant, otherTenant] }), template: '/{tenantid}/v2.0' },
};

for (const [name, given] of Object.entries(providers))
  describe(`the source of ${name}`, () => {
    let provider: HostileProvider;
    let fixture: SourceFixture;
    before(async () => {
      provider = await startHostileProvider();
      fixture = openManager(given.source(provider.issuer, provider.clientId));
    });
    after(() => provider.close());
    afterEach(() => provider.reset());

    /** `change` goes to where this provider says who a person is. */
    async function signIn(change: Claims = {}, token: Claims = {}, more: Claims = {}): Promise<FinishOutcome> {
      const issuer = provider.issuer + given.issuer;
      const { userinfo_endpoint: userInfoEndpoint, ...without } = more;
      const told = given.userInfo !== undefined && Object.keys(given.token).length === 0;
      provider.person = { sub: 'ann', ...(told ? { ...given.userInfo, ...change } : {}) };
      provider.mischief = {
        discovery: (metadata) => ({
          ...metadata,
          issuer: given.template === undefined ? issuer : provider.issuer + given.template,
          authorization_response_iss_parameter_supported: false,
          ...without,
          ...(told ? {} : { userinfo_endpoint: userInfoEndpoint }),
        }),
        claims: (claims) => ({ ...claims, iss: issuer, ...given.token, ...(told ? {} : change), ...token }),
        callback: (query) => query.delete('iss'),
      };
      const query = provider.answer(await fixture.start());
      if (!fixture.source.posts) return fixture.comeBack(query);
      query.set('user', JSON.stringify({ name: { firstName: 'Ann', lastName: 'Lee' }, email: 'ceo@example.com' }));
      const kept = await fixture.source.keep(String(query));
      return kept.type === 'failed' ? kept : fixture.comeBack(kept.parameters);
    }

    it('identifies a person of its issuer, with a verified address', async () => {
      const { claims, ...identity } = identityIn(await signIn());
      assert.deepEqual(identity, {
        source: name.split(',')[0],
        issuer: provider.issuer + given.issuer,
        ...given.identity,
      });
      assert.equal(claims['is_private_email'], given.token['is_private_email']);
      assert.deepEqual(claims['groups'], given.userInfo?.['groups']);
    });

    it('an address that is not verified stays unverified; a missing one is missing', async () => {
      for (const change of given.unverified) {
        const { email, emailVerified } = identityIn(await signIn(change));
        assert.deepEqual([email, emailVerified], ['ann@example.com', false], JSON.stringify(change));
      }
      const { email, emailVerified } = identityIn(await signIn(given.noAddress));
      assert.deepEqual([email, emailVerified], [undefined, false]);
    });

    it('refuses other issuers, errors and unsigned tokens', async () => {
      const other = failureIn(await signIn({}, { iss: `${provider.issuer}/other` }));
      assert.equal(other.reason, 'id_token.issuer');
      const query = provider.answer(await fixture.start());
      query.set('error', 'access_denied');
      assert.equal(failureIn(await fixture.comeBack(query)).reason, 'provider.denied');
      const fresh = provider.answer(await fixture.start());
      fresh.set('iss', 'https://other.example');
      assert.equal(failureIn(await fixture.comeBack(fresh)).reason, 'callback.issuer');
      const late = provider.answer(await fixture.start());
      provider.mischief = { ...provider.mischief, answers: { token: (res) => void res.writeHead(503).end() } };
      late.delete('iss');
      assert.equal(failureIn(await fixture.comeBack(late)).reason, 'provider.away');
    });

    it('tells all mistakes in its settings at once, and no secret', () => {
      const named = settingIssues(given.wrong).map((text) => /"(\w+)"/.exec(text)?.[1]);
      assert.deepEqual(named.sort(), [...given.mistakes].sort());
      assert.ok(!JSON.stringify(given.source(provider.issuer, 'club')).includes(clientSecret));
    });

    if (name.startsWith('microsoft'))
      it('refuses other tenants and tokens without oid', async () => {
        const reason = async (token: Claims) => failureIn(await signIn({}, token)).reason;
        const elsewhere = { tid: '11111111-2222-3333-4444-555555555555' };
        assert.equal(await reason(elsewhere), 'identity.tenant');
        assert.ok(['identity.malformed', 'identity.tenant'].includes(await reason({ tid: undefined })));
        assert.equal(await reason({ oid: undefined }), 'identity.malformed');
        assert.equal(await reason({ oid: 'ann' }), 'identity.malformed');
        const foreign = { tid: otherTenant, iss: `${provider.issuer}/${tenant}/v2.0` };
        assert.ok(['id_token.issuer', 'identity.tenant'].includes(await reason(foreign)));
      });

    if (name === 'apple')
      it('signs its client secret for five minutes; the name is all that is read beside the token', async () => {
        const identity = identityIn(await signIn({ email: 'x1@privaterelay.appleid.com' }));
        assert.equal(identity.email, 'x1@privaterelay.appleid.com');
        const secret = provider.seen
          .filter(({ endpoint }) => endpoint === 'token')
          .at(-1)
          ?.body.get('client_secret');
        const key = await importSPKI(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'ES256');
        const { payload } = await jwtVerify(secret ?? '', key, { issuer: 'TEAM', audience: provider.issuer });
        assert.deepEqual([payload.sub, Number(payload.exp) - Number(payload.iat)], [provider.clientId, 300]);
        assert.deepEqual(decodeProtectedHeader(secret ?? ''), { alg: 'ES256', kid: 'KEY' });
      });
  });

describe('microsoftSource', () => {
  it('takes one tenant or several, never both and never none', () => {
    const client = { clientId: 'club', clientSecret };
    for (const wrong of [{}, { tenant, tenants: [tenant] }])
      assert.match(
        settingIssues(() => microsoftSource({ ...client, ...wrong })).join(),
        /either "tenant" or "tenants"/,
      );
    assert.match(settingIssues(() => microsoftSource({ ...client, tenant: 'common' })).join(), /"tenant" must be/);
    const scope = ['openid', 'email'];
    assert.match(
      settingIssues(() => microsoftSource({ ...client, tenant, scope })).join(),
      /"scope" must have profile/,
    );
  });
});
