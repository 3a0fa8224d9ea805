import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createFlowClient, FlowClientError, isFlowClientError } from '../../lib/client.js';

const settings = { baseUrl: 'https://app.example/join', slug: 'sign-in' };

/** `given`: as a script without types may have it. */
function issuesOf(given: object): readonly string[] {
  return issuesOfAll({ ...settings, ...given });
}

function issuesOfAll(given: unknown): readonly string[] {
  try {
    Reflect.apply(createFlowClient, undefined, [given]);
    return [];
  } catch (error) {
    assert.ok(isFlowClientError(error));
    assert.equal(error.code, 'invalid_settings');
    for (const issue of error.issues) assert.ok(error.message.includes(issue));
    return error.issues;
  }
}

describe('the settings of createFlowClient', () => {
  it('are checked all at once, and say what was meant', () => {
    assert.deepEqual(
      issuesOf({ baseUrl: 'app.example', slug: 'a b', qeury: '', credentials: 'cookies', fetch: 1, onChallenge: null }),
      [
        '"qeury" is no setting; did you mean "query"?',
        'baseUrl must be the http address of the kit, e.g. https://app.example/join',
        'slug must be the slug of a flow, e.g. "sign-in"',
        'credentials must be "cookie" or "bearer"; did you mean "cookie"?',
        'fetch must be a function',
        'onChallenge must be a function',
      ],
    );
    assert.deepEqual(issuesOf({ token: 'x', url: '/' }), [
      '"url" is no setting; did you mean "baseUrl"?',
      'token needs credentials: "bearer"',
    ]);
  });

  it('are all named where there are none, and in no form are a mistake of another kind', () => {
    const needed = [
      'baseUrl must be the http address of the kit, e.g. https://app.example/join',
      'slug must be the slug of a flow, e.g. "sign-in"',
    ];
    for (const given of [undefined, null, {}, [], 'sign-in', 5]) assert.deepEqual(issuesOfAll(given), needed);
    for (const value of [null, 5, {}, [], true, ''])
      for (const name of ['baseUrl', 'slug', 'credentials', 'token', 'fetch', 'onChallenge'])
        assert.notDeepEqual(issuesOf({ [name]: value }), [], `${name}: ${String(value)}`);
    for (const value of [null, 5, {}, [], true]) assert.equal(issuesOf({ query: value }).length, 1);
  });

  it('of a script in a page take a path of its origin, and nothing that only becomes one', () => {
    Reflect.set(globalThis, 'location', { href: 'https://app.example/club/page?a=b' });
    try {
      assert.equal(
        createFlowClient({ ...settings, baseUrl: '/join' }).pageUrl,
        'https://app.example/join/if/flow/sign-in/',
      );
      for (const baseUrl of [undefined, '', 'join', 'undefined'])
        assert.equal(issuesOf({ baseUrl }).length, 1, baseUrl);
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
  });

  it('take an address with or without a slash at its end, but no query and no other protocol', () => {
    assert.equal(
      createFlowClient({ ...settings, baseUrl: new URL('https://app.example/join/') }).pageUrl,
      'https://app.example/join/if/flow/sign-in/',
    );
    for (const baseUrl of ['https://app.example/?a=b', 'javascript:alert(1)', '/join', '', 'ftp://app.example'])
      assert.equal(issuesOf({ baseUrl }).length, 1, baseUrl);
  });

  it('an error of a second copy of the client is known too', () => {
    class FlowClientErrorOfAnotherCopy extends Error {
      override readonly name = 'FlowClientError';
      readonly code = 'expired';
    }
    assert.ok(isFlowClientError(new FlowClientErrorOfAnotherCopy()));
    assert.ok(isFlowClientError(new FlowClientError('expired', '')));
    assert.ok(!isFlowClientError(new Error('expired')));
  });
});

describe('addresses in the client of a flow', () => {
  const client = createFlowClient({ ...settings, query: '?next=%2Finside' });

  it('are of the kit, also where the script is of another origin', () => {
    assert.equal(client.urlOf('/inside'), 'https://app.example/inside');
    assert.equal(client.urlOf('https://id.example/authorize'), 'https://id.example/authorize');
    for (const none of ['javascript:alert(1)', 'http://[', 'https://', 'http://a b/', '\\\\[']) {
      assert.equal(client.urlOf(none), null, none);
      assert.equal(client.at(none), null, none);
    }
    assert.equal(client.pageUrl, 'https://app.example/join/if/flow/sign-in/?next=%2Finside');
  });

  it('of a flow lead to its client, and no other ones do', () => {
    const recovery = client.at('/join/if/flow/recovery/?login_hint=ann#x');
    assert.deepEqual([recovery?.slug, recovery?.query], ['recovery', 'login_hint=ann']);
    assert.equal(client.at('https://app.example/join/if/flow/recovery')?.slug, 'recovery');
    for (const other of [
      '/inside',
      '/if/flow/recovery/',
      '/join/if/flow/',
      '/join/if/flow/recovery/cancel/',
      'https://evil.example/join/if/flow/recovery/',
    ])
      assert.equal(client.at(other), null, other);
  });
});
