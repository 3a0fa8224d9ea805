import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { Secret } from '../../lib/base/secret.js';
import { admittedSource } from '../../lib/sources/admitted-source.js';
import type { OpenIdConnectSettings } from '../../lib/sources/openid-connect/settings.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import { passportSource } from '../../lib/sources/passport/source.js';
import { createSourceRegistry, sourceIssues } from '../../lib/sources/source-registry.js';
import { settingIssues } from '../support/sources/setting-issues.js';
import { openManager } from '../support/sources/source-fixture.js';

const right = { slug: 'acme', issuer: 'https://id.example', clientId: 'club', clientSecret: 'canary-of-a-secret' };
const given = (wrong: object): OpenIdConnectSettings => ({ ...right, ...wrong });

describe('the settings of sources', () => {
  it('need only slug, issuer, client and secret', () => {
    const definition = openIdConnectSource(right);
    assert.deepEqual(sourceIssues([definition]), []);
    const { source } = openManager(definition);
    assert.deepEqual(
      [source.slug, source.name, source.icon, source.kind, source.callbackPath, source.callbackUrl, source.posts],
      [
        'acme',
        'acme',
        null,
        'openidconnect',
        '/source/acme/callback',
        'http://127.0.0.1:9/join/source/acme/callback',
        false,
      ],
    );
  });

  const wrong: readonly (readonly [setting: string, ...values: readonly unknown[]])[] = [
    ['slug', '', 'a b', 'a/b', 'x'.repeat(51), 42, undefined],
    ['name', '', 42],
    ['icon', '', 42],
    ['callbackPath', '', 'auth', '//host/a', '/a/../b', '/a?b', '/a/', '/.hidden', '/ü', 42],
    ['enabled', true],
    ['timeoutMs', 0, 99, 30_001, NaN, '5000'],
    [
      'issuer',
      '',
      'id.example',
      'http://id.example',
      'https://u:p@id.example',
      'https://id.example?a',
      'ftp://id.example',
      undefined,
    ],
    ['tenants', [], ['blue']],
    ['clientId', '', undefined],
    ['clientSecret', '', undefined, new Secret('')],
    ['clientAuthentication', 'none', true],
    ['scope', 'openid', [], ['email'], ['openid', 'a b']],
    ['responseMode', 'fragment'],
    ['idTokenAlgorithms', [], ['none'], ['HS256'], ['RS256', 'HS256'], 'RS256'],
    ['userInfo', 'yes'],
    ['hostedDomains', [], 'acme.example'],
    ['emailVerified', true],
    ['otherEmails', ['ann@example.com'], true],
    ['claims', ['team']],
    ['matching', '', 'email', 'toString', 42, null],
    ['linkWithoutProof', 'yes', 1, true],
    ['invitation', '', 'sometimes', true, null],
    ['accountData', {}, 'groups'],
    ['refresh', false, true, { required: 'yes' }, { force: true }],
    ['registration', '', 'open', true],
    ['address', '', 'loose', 42],
    ['authorizationParameters', { state: 'mine' }, { nonce: 'x' }, { prompt: 1 }, 'prompt=login'],
  ];
  for (const [setting, ...values] of wrong) {
    it(`${setting} is validated`, () => {
      for (const value of values) {
        const issues = settingIssues(() => openIdConnectSource(given({ [setting]: value })));
        assert.equal(issues.length, 1, `${inspect(value)}: ${issues.join('; ')}`);
        assert.match(issues[0] ?? '', new RegExp(`^"${setting}"`));
      }
    });
  }

  it('accept valid values', () => {
    const fine: readonly object[] = [
      { issuer: 'http://localhost:3000' },
      { issuer: 'http://[::1]:3000/realm' },
      {
        issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
        tenants: ['72f988bf-86f1-41af-91ab-2d7cd011db47'],
      },
      { clientSecret: new Secret('canary-of-a-secret') },
      { callbackPath: '/auth/acme.return/x_y~z' },
      { scope: ['openid'], responseMode: 'form_post', clientAuthentication: 'post', idTokenAlgorithms: ['ES256'] },
    ];
    for (const more of fine) assert.deepEqual(sourceIssues([openIdConnectSource(given(more))]), [], inspect(more));
  });

  it('require a list of tenants when the issuer has a tenant placeholder', () => {
    const issues = settingIssues(() => openIdConnectSource(given({ issuer: 'https://login.example/{tenantid}/v2.0' })));
    assert.match(issues.join(), /"tenants" must list/);
  });

  it('of a Passport source are validated as well', () => {
    const fine = {
      slug: 'hub',
      issuer: 'https://hub.example',
      strategy: () => ({ authenticate: () => undefined }),
      identity: () => null,
    };
    assert.deepEqual(sourceIssues([passportSource(fine)]), []);
    const bad: readonly object[] = [
      { strategy: {} },
      { identity: undefined },
      { issuer: '' },
      { options: 'scope' },
      { verifyArity: -1 },
      { formPost: 'yes' },
      { slug: 'a b' },
    ];
    for (const more of bad)
      assert.equal(settingIssues(() => passportSource({ ...fine, ...more })).length, 1, inspect(more));
  });

  it('F32: an issuer that no token can have is rejected', () => {
    for (const issuer of [
      'https://login.microsoftonline.com/common/v2.0',
      'https://login.microsoftonline.com/organizations/v2.0',
      'https://login.microsoftonline.com/consumers/v2.0',
      'https://login.microsoftonline.us/common/v2.0',
      'https://id.example/.well-known/openid-configuration',
      'https://accounts.google.com/',
    ]) {
      const issues = settingIssues(() => openIdConnectSource(given({ issuer })));
      assert.equal(issues.length, 1, issuer);
      assert.match(issues[0] ?? '', /^"issuer"/);
    }
    for (const issuer of ['https://login.microsoftonline.com/commons/v2.0', 'https://common.example/common/v2.0'])
      assert.deepEqual(
        settingIssues(() => openIdConnectSource(given({ issuer }))),
        [],
      );
  });

  it('F7: of a Passport or an admitted source must name the issuer at start', () => {
    const hub = { slug: 'hub', strategy: () => ({ authenticate: () => undefined }), identity: () => null };
    for (const issuer of [undefined, '', ' ', 42, 'https://hub.example\0']) {
      const nameless: { readonly issuer: string } = JSON.parse(JSON.stringify({ issuer }));
      for (const make of [
        () => passportSource({ ...hub, ...nameless }),
        () => admittedSource({ slug: 'hub', ...nameless }),
      ]) {
        const issues = settingIssues(make);
        assert.equal(issues.length, 1, issues.join('; '));
        assert.match(issues[0] ?? '', /^"issuer" must name who vouches/);
      }
    }
  });

  it('are reported all at once, with the source, without a secret', () => {
    try {
      openIdConnectSource(given({ issuer: 'nowhere', clientId: '', userInfo: 1 }));
      assert.fail('it was made');
    } catch (error) {
      if (!isEnrollmentError(error)) throw error;
      assert.equal(error.code, 'ERR_ENROLLMENT_CONFIG');
      assert.deepEqual(
        error.issues.map((issue) => issue.replace(/ must.*/, '')),
        ['issuer', 'clientId', 'userInfo'].map((setting) => `openIdConnectSource 'acme': "${setting}"`),
      );
      assert.ok(!inspect(error, { depth: 9 }).includes('canary'));
    }
  });

  it('F11: reject unknown names, with a hint at the intended one', () => {
    const issuesOf = (more: object): readonly string[] => settingIssues(() => openIdConnectSource(given(more)));
    for (const [typed, meant] of [
      ['hostedDomain', 'hostedDomains'],
      ['enabld', 'enabled'],
      ['invitaton', 'invitation'],
      ['clientID', 'clientId'],
      ['client_secret', 'clientSecret'],
      ['hosted_domains', 'hostedDomains'],
    ])
      assert.deepEqual(issuesOf({ [typed ?? '']: ['x'] }), [`"${typed}" is not allowed; did you mean "${meant}"?`]);
    for (const settings of [undefined, null, 'acme', []])
      assert.equal(settingIssues(() => openIdConnectSource(JSON.parse(JSON.stringify(settings) ?? 'null'))).length, 1);
  });

  it('share neither slug nor callback with another source', () => {
    const definitions = [
      openIdConnectSource(right),
      openIdConnectSource(right),
      openIdConnectSource(given({ slug: 'other', callbackPath: '/source/acme/callback' })),
    ];
    assert.throws(() => openManager(definitions), { code: 'ERR_ENROLLMENT_CONFIG' });
    assert.deepEqual(
      sourceIssues(definitions).map((issue) => issue.replace(/ is.*/, '')),
      ['sources[1]: "slug"', 'sources[1]: "callbackPath"', 'sources[2]: "callbackPath"'],
    );
  });

  it('connect accounts without proof only if they match by an address or a name', () => {
    const issuesOf = (more: object): readonly string[] => settingIssues(() => openIdConnectSource(given(more)));
    for (const matching of ['email_link', 'username_link'])
      assert.deepEqual(issuesOf({ matching, linkWithoutProof: true }), []);
    for (const matching of ['identifier', 'email_deny', 'username_deny']) {
      assert.match(issuesOf({ matching, linkWithoutProof: true }).join(), /^"linkWithoutProof" needs/);
      assert.deepEqual(issuesOf({ matching, linkWithoutProof: false }), []);
    }
    // One mistake is reported once.
    assert.equal(issuesOf({ matching: 'guess', linkWithoutProof: true }).length, 1);
  });

  it('are found by slug and by callback path only', () => {
    const { sources, source } = openManager(openIdConnectSource(right));
    assert.deepEqual([sources.get('acme'), sources.get('ACME'), sources.get('__proto__')], [source, null, null]);
    assert.deepEqual([sources.atCallback('/source/acme/callback'), sources.atCallback('/source/acme')], [source, null]);
    assert.equal(
      createSourceRegistry([], {
        ephemeralStore: openManager(openIdConnectSource(right)).ephemeralStore,
        clock: { now: () => 0 },
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        baseUrl: 'https://a.example',
      }).all.length,
      0,
    );
  });
});
