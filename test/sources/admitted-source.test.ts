import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import type { EnrollmentLogger } from '../../lib/ports/log.js';
import type { AdmittedSource, SourceDefinition } from '../../lib/ports/source.js';
import { admittedSource, type AdmittedSettings } from '../../lib/sources/admitted-source.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import { createSourceRegistry, sourceIssues, type SourceRegistry } from '../../lib/sources/source-registry.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { settingIssues } from '../support/sources/setting-issues.js';
import { baseUrl, failureIn } from '../support/sources/source-fixture.js';

/** The settings that every admitted source needs. */
const entra = { slug: 'entra', issuer: 'https://id.example' };
const acme = { slug: 'acme', issuer: 'https://id.example', clientId: 'club', clientSecret: 'canary' };

const failures: object[] = [];
const log: EnrollmentLogger = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields) => void failures.push(fields),
};

function open(...definitions: readonly SourceDefinition[]): SourceRegistry {
  const clock = fakeClock(0);
  return createSourceRegistry(definitions, {
    ephemeralStore: createMemoryEphemeralStore({ clock }),
    clock,
    log,
    baseUrl,
  });
}
function openOne(more: Partial<AdmittedSettings> = {}): AdmittedSource {
  const source = open(admittedSource({ ...entra, ...more })).get('entra');
  return source?.kind === 'admitted' ? source : assert.fail();
}

const notBoolean = 'the option enabled answered with string, not true or false';

describe('a source whose sign-in is run by the app', () => {
  it('needs only a slug and an issuer', async () => {
    const { slug, name, icon, kind, loginPath, enabled } = openOne();
    assert.deepEqual([slug, name, icon, kind, loginPath], ['entra', 'entra', null, 'admitted', null]);
    assert.equal(await enabled(), true);
  });

  it('stands among all sources in the order of the configuration', () => {
    const sources = open(
      openIdConnectSource({ ...acme, slug: 'first' }),
      admittedSource({ ...entra, name: 'Entra', icon: '/entra.svg', loginPath: '/auth/entra' }),
      openIdConnectSource({ ...acme, name: 'Acme', icon: '/acme.svg' }),
    );
    assert.deepEqual([sources.get('entra'), sources.get('__proto__')], [sources.all[1], null]);
    assert.deepEqual(
      sources.all.map(({ slug, name, icon, kind, hasButton }) => [slug, name, icon, kind, hasButton]),
      [
        ['first', 'first', null, 'openidconnect', true],
        ['entra', 'Entra', '/entra.svg', 'admitted', true],
        ['acme', 'Acme', '/acme.svg', 'openidconnect', true],
      ],
    );
    assert.equal(openOne().hasButton, false);
  });

  it('has no callback that could collide', () => {
    const definitions = [
      admittedSource(entra),
      admittedSource({ ...entra, slug: 'proxy' }),
      openIdConnectSource({ ...acme, callbackPath: '/source/entra/callback' }),
    ];
    assert.deepEqual(sourceIssues(definitions), []);
    assert.equal(open(...definitions).atCallback('/source/entra/callback')?.slug, 'acme');
    assert.equal(open(...definitions).atCallback('/source/proxy/callback'), null);
  });

  it('shares its slug with no other source of either kind', () => {
    const issues = sourceIssues([openIdConnectSource(acme), admittedSource({ ...entra, slug: 'acme' })]);
    assert.deepEqual(issues, ['sources[1]: "slug" is another one\'s, too: acme']);
  });

  const wrong: readonly (readonly [setting: keyof AdmittedSettings, ...values: readonly unknown[]])[] = [
    ['slug', '', 'a b', undefined],
    ['name', '', 42],
    ['icon', ''],
    ['enabled', true],
    [
      'loginPath',
      '',
      'auth',
      '//host/a',
      '/\\host',
      '/a b',
      'https://other.example/',
      'javascript:alert(1)',
      '/.//host',
      42,
    ],
    ['issuer', '', 42, undefined, 'https://id.example\n'],
    ['matching', 'email'],
    ['linkWithoutProof', true],
    ['invitation', 'sometimes'],
    ['address', 'loose'],
  ];
  for (const [setting, ...values] of wrong) {
    it(`${setting} is validated`, () => {
      for (const value of values) {
        const issues = settingIssues(() => admittedSource({ ...entra, ...{ [setting]: value } }));
        assert.equal(issues.length, 1, `${inspect(value)}: ${issues.join('; ')}`);
        assert.match(issues[0] ?? '', new RegExp(`^"${setting}"`));
      }
    });
  }

  it('reports all its mistakes at once', () => {
    assert.deepEqual(
      settingIssues(() => admittedSource({ slug: 'entra', loginPath: 'auth', issuer: '' })).map((issue) =>
        issue.replace(/ must.*/, ''),
      ),
      ['"loginPath"', '"issuer"'],
    );
  });

  it('redirects to the path as the browser sees it', () => {
    assert.equal(openOne({ loginPath: '/auth/../auth/entra?to=books' }).loginPath, '/auth/entra?to=books');
    assert.equal(openOne({ loginPath: null }).loginPath, null);
  });

  it('F10: is off if its enabled says so; an error or a non-boolean result is logged', async () => {
    const switches: readonly (readonly [NonNullable<AdmittedSettings['enabled']>, boolean])[] = [
      [() => true, true],
      [async () => false, false],
      [() => Promise.reject(new Error('canary')), false],
      [
        () => {
          throw new Error('canary');
        },
        false,
      ],
      // The return values that an app in JavaScript may use.
      [JSON.parse.bind(JSON, '"true"'), false],
    ];
    failures.length = 0;
    for (const [enabled, on] of switches) {
      const sources = open(admittedSource({ ...entra, enabled }));
      assert.equal(await sources.get('entra')?.enabled(), on);
    }
    assert.deepEqual(
      failures.map((fields) => Object(fields).err.message),
      ['canary', 'canary', notBoolean],
    );
    assert.ok(failures.every((fields) => Object(fields).source === 'entra'));
  });

  it('validates the identity that the app provides', () => {
    const source = openOne({ name: 'Entra', issuer: 'https://id.example' });
    assert.deepEqual(source.identify({ subject: 'ann', email: 'ANN@example.com', otherEmails: ['a@b.example'] }), {
      type: 'identified',
      identity: {
        source: 'entra',
        issuer: 'https://id.example',
        subject: 'ann',
        email: 'ann@example.com',
        emailVerified: false,
        otherEmails: ['a@b.example'],
        claims: {},
      },
    });
    const failure = failureIn(source.identify(null));
    assert.deepEqual(
      [failure.reason, failure.message, failure.status],
      ['identity.refused', { id: 'source.not_allowed', values: { source: 'Entra' } }, 403],
    );
  });

  it('throws on no input from the app', () => {
    const { identify } = openOne();
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new RangeError('canary');
        },
      },
    );
    for (const said of [undefined, 42, 'ann', [], {}, { subject: 1n }, { subject: 'ann', claims: { big: 1n } }, trap]) {
      const failure = failureIn(identify(said as never));
      assert.equal(failure.reason, 'identity.malformed');
      assert.ok(!inspect(failure).includes('canary'));
    }
  });
});
