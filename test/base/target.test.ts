import assert from 'node:assert/strict';
import fc from 'fast-check';
import { flowTarget, isTarget, locationOf, ownPath, type RedirectTarget } from '../../lib/base/target.js';

const site = { origin: 'https://app.example', mount: '/join', secure: true };

describe('ownPath', () => {
  describe('takes, normalized', () => {
    const taken: [string, string][] = [
      ['/', '/'],
      ['/ok?x=1#y', '/ok?x=1#y'],
      ['/a/../b', '/b'],
      ['/a/./b', '/a/b'],
      ['/../../b', '/b'],
      ['/a//b', '/a//b'],
      ['/@evil.example', '/@evil.example'],
      ['/:80', '/:80'],
      ['/https://evil.example', '/https://evil.example'],
      ['/?next=//evil.example', '/?next=//evil.example'],
      ['/?next=/%5cevil.example', '/?next=/%5cevil.example'],
      ['/#//evil.example', '/#//evil.example'],
      ['/%2f/evil.example', '/%2f/evil.example'],
      ['/%', '/%'],
      ['/%zz?%', '/%zz?%'],
      ['/grüße', '/gr%C3%BC%C3%9Fe'],
      ['/\ud800', '/%EF%BF%BD'],
      ['/．．／evil', '/%EF%BC%8E%EF%BC%8E%EF%BC%8Fevil'],
    ];
    for (const [typed, path] of taken) {
      it(JSON.stringify(typed), () => {
        assert.deepEqual(ownPath(site, typed), { path });
        assert.equal(locationOf(site, { path }), path);
        assert.equal(new URL(path, 'https://app.example/join/').origin, 'https://app.example');
      });
    }
  });

  describe('refuses', () => {
    const refused: unknown[] = [
      '',
      '?a',
      'ok',
      './ok',
      '//evil.example',
      '///evil.example',
      '//evil.example/..',
      '//app.example/ok',
      '/\\evil.example',
      '\\\\evil.example',
      '\\/evil.example',
      '/ok\\..\\..',
      '/.//evil.example',
      '/..//evil.example',
      '/a/../..//evil.example',
      '/%2e//evil.example',
      '/%2E%2e//evil.example',
      '/.%2e//evil.example',
      '/.\\evil.example',
      '/%5cevil.example',
      '/%5Cevil.example',
      '/a/..%5c',
      '/\tevil',
      '/\t/evil.example',
      '/\n/evil.example',
      '\t//evil.example',
      ' /ok',
      '/ok ',
      '/ok\r\nSet-Cookie: a=b',
      '/\0',
      '/\x7f',
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      '\x01javascript:alert(1)',
      'java\tscript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'https:evil.example',
      'http:evil.example',
      'https:/evil.example',
      'https://evil.example',
      'https://app.example/ok',
      'https://app.example@evil.example',
      'https://app.example\\@evil.example',
      `/${'a'.repeat(2048)}`,
      `/${'a'.repeat(10_000)}`,
      // Short as typed, too long once encoded.
      `/${'ä'.repeat(1000)}`,
      undefined,
      null,
      7,
      true,
      ['/ok'],
      { path: '/ok' },
      { toString: () => '/ok' },
    ];
    for (const typed of refused) {
      it(JSON.stringify(typed)?.slice(0, 60) ?? 'undefined', () => assert.equal(ownPath(site, typed), null));
    }
  });

  it('never leaves its origin, and is idempotent', () => {
    const piece = fc.constantFrom(
      '/',
      '//',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      '@',
      ':',
      '?',
      '#',
      'evil.example',
      'a',
      '\t',
      ' ',
      ';',
      '%',
      'ä',
      'https:',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
          fc.string({ unit: 'binary' }),
          fc.webPath(),
        ),
        (typed) => {
          const target = ownPath(site, typed);
          if (target === null) return;
          assert.ok('path' in target && !target.path.startsWith('//'));
          for (const base of ['https://app.example', 'https://app.example/join/if/flow/invite/'])
            assert.equal(new URL(target.path, base).origin, 'https://app.example');
          assert.deepEqual(ownPath(site, target.path), target);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('locationOf', () => {
  it('builds the path of a flow under the mount', () => {
    assert.equal(locationOf(site, flowTarget('invite')), '/join/if/flow/invite/');
    assert.equal(locationOf({ ...site, mount: '' }, flowTarget('invite')), '/if/flow/invite/');
  });

  it('builds the URL of a configured origin', () => {
    assert.equal(
      locationOf(site, { origin: 'https://docs.example', path: '/start?a#b' }),
      'https://docs.example/start?a#b',
    );
    assert.equal(locationOf(site, { origin: 'http://localhost:3000', path: '/' }), 'http://localhost:3000/');
  });

  describe('is null for a value damaged in a store', () => {
    const damaged: RedirectTarget[] = [
      { flow: '' },
      { flow: '../admin' },
      { flow: 'a/b' },
      { flow: 'a\n' },
      { path: '//evil.example' },
      { path: 'https://evil.example' },
      { path: '' },
      { origin: 'https://docs.example', path: '//evil.example' },
      { origin: 'https://docs.example', path: 'https://evil.example' },
      { origin: 'https://docs.example', path: '/\\evil.example' },
      { origin: 'https://docs.example', path: '/.//evil.example' },
      { origin: 'https://docs.example', path: '@evil.example' },
      { origin: 'https://docs.example', path: '' },
      { origin: 'https://docs.example/under', path: '/a' },
      { origin: 'https://user@docs.example', path: '/a' },
      { origin: 'javascript:alert(1)', path: '/a' },
      { origin: 'data:text/html,x', path: '/a' },
      { origin: 'ftp://docs.example', path: '/a' },
      { origin: 'docs.example', path: '/a' },
      { origin: 'null', path: '/a' },
      { origin: '', path: '/a' },
    ];
    for (const target of damaged) it(JSON.stringify(target), () => assert.equal(locationOf(site, target), null));
  });
});

describe('isTarget', () => {
  it('is true for the three kinds', () => {
    for (const value of [{ flow: 'a' }, { path: '/a' }, { origin: 'https://a.example', path: '/a' }])
      assert.equal(isTarget(value), true);
  });
  it('is false for everything else', () => {
    for (const value of [
      undefined,
      null,
      '',
      '/a',
      1,
      [],
      {},
      { flow: 1 },
      { path: null },
      { origin: 1, path: '/a' },
      { origin: 'https://a.example' },
    ])
      assert.equal(isTarget(value), false);
  });
});
