import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { discordSource, githubSource } from '../../../lib/sources.js';
import { settingIssues } from '../../support/sources/setting-issues.js';
import { startProfileApi, type ProfileAnswer, type ProfileApi } from '../../support/sources/profile-api.js';
import { failureIn, identityIn, openManager, type SourceFixture } from '../../support/sources/source-fixture.js';

type Answers = Readonly<Record<string, ProfileAnswer>>;

const octocat = { id: 583231, login: 'octocat', name: 'The Octocat', avatar_url: 'https://img.example/1', plan: 'pro' };
const emails = [
  { email: 'old@example.com', primary: false, verified: true },
  { email: 'cat@example.com', primary: true, verified: true },
  { email: 'typo@example.com', primary: false, verified: false },
];
const nelly = {
  id: '80351110224678912',
  username: 'nelly',
  global_name: 'Nelly',
  verified: true,
  email: 'n@example.com',
};
const github = (user: unknown, list: ProfileAnswer): Answers => ({
  '/api/v3/user': [200, user],
  '/api/v3/user/emails': list,
});
const discord = (user: unknown): Answers => ({ '/api/v10/users/@me': [200, user] });
const client = { clientId: 'club', clientSecret: 'canary-of-a-secret' };

const providers = {
  github: {
    source: githubSource,
    paths: { authorize: '/login/oauth/authorize', token: '/login/oauth/access_token' },
    issuer: '/login/oauth',
    scope: 'read:user user:email',
    right: github(octocat, [200, emails]),
    identity: {
      subject: '583231',
      username: 'octocat',
      name: 'The Octocat',
      email: 'cat@example.com',
      emailVerified: true,
      otherEmails: ['old@example.com'],
      claims: { login: 'octocat', name: 'The Octocat', avatar_url: 'https://img.example/1' },
    },
    unverified: github(octocat, [200, [{ email: 'cat@example.com', primary: true, verified: 'true' }]]),
    noAddress: { 'no permission': github(octocat, [403, {}]), 'no entry': github(octocat, [200, []]) },
    malformed: {
      'no id': github({ ...octocat, id: undefined }, [200, emails]),
      'a login as id': github({ ...octocat, id: 'octocat' }, [200, emails]),
      'no list': github(octocat, [200, { email: 'cat@example.com' }]),
      'no record': github([octocat], [200, emails]),
    },
    away: github(octocat, [502, {}]),
  },
  discord: {
    source: discordSource,
    paths: { authorize: '/oauth2/authorize', token: '/api/oauth2/token' },
    issuer: '',
    scope: 'identify email',
    right: discord(nelly),
    identity: {
      subject: '80351110224678912',
      username: 'nelly',
      name: 'Nelly',
      email: 'n@example.com',
      emailVerified: true,
      claims: { username: 'nelly', global_name: 'Nelly' },
    },
    unverified: discord({ ...nelly, verified: false }),
    noAddress: { 'no scope': discord({ ...nelly, email: undefined }), null: discord({ ...nelly, email: null }) },
    malformed: {
      'no id': discord({ ...nelly, id: 80351110224678 }),
      'a name as id': discord({ ...nelly, id: 'nelly' }),
    },
    away: { '/api/v10/users/@me': [500, {}] } satisfies Answers,
  },
} as const;

for (const [slug, given] of Object.entries(providers))
  describe(`${slug}Source`, () => {
    let api: ProfileApi;
    let fixture: SourceFixture;
    before(async () => {
      api = await startProfileApi(given.paths);
      fixture = openManager(given.source({ ...client, baseUrl: api.url }));
    });
    after(() => api.close());
    afterEach(() => (api.tokenAnswer = null));

    async function signIn(answers: Answers, change: (query: URLSearchParams) => void = () => undefined) {
      api.answers = answers;
      const query = api.consent(await fixture.start());
      change(query);
      return fixture.comeBack(query);
    }

    it('identifies a person by the unchanging id, with PKCE, state and its own scopes', async () => {
      const to = await fixture.start({ loginHint: 'cat' });
      assert.equal(to.searchParams.get('scope'), given.scope);
      assert.equal(to.searchParams.get('code_challenge_method'), 'S256');
      assert.equal(to.searchParams.get('login'), slug === 'github' ? 'cat' : null);
      assert.ok((await fixture.start({ otherAccount: true })).searchParams.get('prompt'));
      const identity = identityIn(await signIn(given.right));
      assert.deepEqual(identity, { source: slug, issuer: api.url + given.issuer, ...given.identity });
      assert.equal(api.exchanges.at(-1)?.get('client_secret'), client.clientSecret);
      assert.equal(fixture.source.name.toLowerCase(), slug);
    });

    it('an address that is not verified stays unverified; a missing one is missing', async () => {
      const unverified = identityIn(await signIn(given.unverified));
      assert.deepEqual([unverified.email, unverified.emailVerified], [given.identity.email, false]);
      for (const [why, answers] of Object.entries(given.noAddress)) {
        const { email, emailVerified, subject } = identityIn(await signIn(answers));
        assert.deepEqual([email, emailVerified, subject], [undefined, false, given.identity.subject], why);
      }
    });

    it('refuses another issuer, errors of every endpoint and profiles without a usable id', async () => {
      const reason = async (...way: Parameters<typeof signIn>) => failureIn(await signIn(...way)).reason;
      const other = (query: URLSearchParams) => query.set('iss', 'https://other.example');
      assert.equal(await reason(given.right, other), 'callback.issuer');
      assert.equal(await reason(given.right, (query) => query.set('error', 'access_denied')), 'provider.denied');
      assert.equal(await reason(given.right, (query) => query.set('code', 'invented')), 'token.refused');
      for (const [why, answers] of Object.entries(given.malformed))
        assert.equal(await reason(answers), 'user_info.malformed', why);
      assert.equal(await reason(given.away), 'provider.away');
      assert.equal(await reason({}), 'user_info.refused');
      api.tokenAnswer = [401, { error: 'invalid_client', error_description: client.clientSecret }];
      const refused = failureIn(await signIn(given.right));
      assert.deepEqual([refused.reason, refused.detail], ['token.refused', 'invalid_client']);
      api.tokenAnswer = [503, {}];
      assert.equal(await reason(given.right), 'provider.away');
    });

    it('tells all mistakes in its settings at once, and no secret', () => {
      const wrong = {
        clientId: '',
        clientSecret: '',
        baseUrl: 'http://elsewhere.example',
        scopes: [],
        claims: 1,
        slug: '',
      };
      const issues = settingIssues(() => given.source(wrong as never));
      const named = issues.map((text) => /"(\w+)"/.exec(text)?.[1]);
      assert.deepEqual(named.sort(), ['baseUrl', 'claims', 'clientId', 'clientSecret', 'scopes', 'slug']);
      assert.ok(!JSON.stringify(given.source(client)).includes(client.clientSecret));
      assert.equal(settingIssues(() => given.source(undefined as never)).length, 1);
    });
  });

describe('githubSource with other installations', () => {
  it('keeps other claims where the app says so, and asks the API of *.ghe.com', async () => {
    const { source, start } = openManager(githubSource({ ...client, slug: 'work', baseUrl: 'https://octo.ghe.com/' }));
    assert.equal(source.slug, 'work');
    assert.equal((await start()).origin, 'https://octo.ghe.com');
  });
});
