import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { signOutFlow, signInFlow, definePolicy, defineFlow } from '../../lib/index.js';
import { dummyStage } from '../../lib/stages.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const addressOf = definePolicy({
  name: 'address',
  check: ({ facts }) => ({
    pass: true,
    messages: [{ id: 'literal', values: { text: `Counted as ${facts.address}.` } }],
  }),
});
const inner = [
  '/if/flow/invite/',
  '/if/flow/sign-in/',
  '/if/flow/sign-out/',
  '/flows/-/default/authentication/',
  '/flows/-/cancel/',
  '/flows/-/configure/none/',
  '/if/flow/none/',
];

describe('advisories: cookies, caches and proxies', () => {
  let testApp: TestApp;
  before(async () => {
    testApp = await openTestApp({
      flows: [
        signup,
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signOutFlow({ slug: 'sign-out' }),
        defineFlow({
          slug: 'address',
          title: 'x',
          designation: 'authorization',
          stages: [{ stage: dummyStage({ name: 'one' }), policies: [addressOf] }],
        }),
        defineFlow({
          slug: 'members',
          title: 'x',
          designation: 'stage_configuration',
          authentication: 'require_authenticated',
          stages: [dummyStage({ name: 'inside' })],
        }),
      ],
    });
    await member(testApp, 'ann');
  });
  after(() => testApp.close());

  it('CVE-2023-36456: an address in X-Forwarded-For counts for nothing unless the app trusts the proxy', async () => {
    for (const headers of [
      { 'x-forwarded-for': '203.0.113.9' },
      { 'x-forwarded-for': 'not an address' },
      { forwarded: 'for=203.0.113.9' },
      { 'x-real-ip': '203.0.113.9' },
      { 'cf-connecting-ip': '203.0.113.9' },
    ])
      assert.match(
        (await new Visitor(testApp, { headers }).open('/if/flow/address/')).text,
        /Counted as 127\.0\.0\.1\./,
      );
  });

  it('GHSA-5wcc-hf24-rf5h: headers that name another path, host or method change neither route nor links', async () => {
    for (const headers of [
      { 'x-original-uri': '/if/flow/members/' },
      { 'x-original-url': '/if/flow/members/' },
      { 'x-rewrite-url': '/if/flow/members/' },
      { 'x-http-method-override': 'POST' },
      { 'x-forwarded-uri': '/if/flow/members/', 'x-forwarded-host': 'evil.example', 'x-forwarded-prefix': '/evil' },
      { host: 'evil.example' },
    ]) {
      const visitor = new Visitor(testApp, { headers });
      const { status, text } = await visitor.open('/if/flow/invite/');
      assert.equal(status, 200);
      assert.match(text, /name="invite_code"/);
      assert.doesNotMatch(text, /evil/);
      const { location } = await visitor.get('/flows/-/default/authentication/');
      assert.equal(location, '/if/flow/sign-in/');
    }
  });

  it('CVE-2026-25748: a cookie that cannot be read is no session, and never a pass', async () => {
    const values = [
      '',
      '%',
      '%E0%A4%A',
      's:',
      's%3Ax.y',
      '{}',
      'null',
      'true',
      '"',
      '\\',
      'a'.repeat(3000),
      '__proto__',
      '[object Object]',
    ];
    const signedIn = new Visitor(testApp);
    await signIn(signedIn, 'ann');
    const own = signedIn.client.cookies.get('enrollment.sid') ?? '';
    for (const value of [...values, own.slice(0, -1), `${own}x`, own.toUpperCase()])
      for (const name of ['enrollment.sid', 'enrollment.plan.members', 'enrollment.entry']) {
        const visitor = new Visitor(testApp);
        const { status } = await visitor.get('/if/flow/members/', { cookie: `${name}=${value}` });
        assert.equal(status, 403, `${name}=${value.slice(0, 40)}`);
      }
    assert.equal((await signedIn.open('/if/flow/members/')).status, 200);
  });

  it('CVE-2025-48947, CVE-2023-30861, CVE-2024-26144: no cache may keep an answer, redirects and errors included', async () => {
    for (const path of inner) {
      const { headers, status } = await new Visitor(testApp).get(path);
      assert.equal(headers['cache-control'], 'no-store', `${path} ${String(status)}`);
    }
  });

  it('CVE-2020-1728: no answer may be framed', async () => {
    for (const path of inner) {
      const { headers } = await new Visitor(testApp).get(path);
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, path);
      assert.equal(headers['x-frame-options'], 'DENY', path);
    }
  });

  it('CVE-2020-10734, Cure53 ATH-01-009: opening or prefetching an address signs nobody out', async () => {
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    for (const method of ['GET', 'HEAD'])
      for (const path of [
        '/if/flow/sign-out/',
        '/flows/-/default/invalidation/',
        '/flows/-/cancel/',
        '/if/flow/sign-out/cancel/',
      ])
        await visitor.send(method, path);
    assert.equal(await visitor.me(), 'ann');
    await visitor.open('/if/flow/sign-out/');
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
      assert.equal((await visitor.submit({}, headers)).status, 403);
    assert.equal(await visitor.me(), 'ann');
  });

  it('CVE-2024-28197, CVE-2022-27225: on https every cookie has the prefix __Host-, and none a weaker twin', async () => {
    const secure = await openTestApp({ flows: [signup], origin: 'https://club.example', mount: '/join' });
    const visitor = new Visitor(secure);
    const lines: string[] = [];
    for (const path of ['/join/if/flow/invite/', '/join/if/flow/invite/?next=/x&invite=ABC', '/join/flows/-/cancel/'])
      lines.push(...((await visitor.get(path)).headers['set-cookie'] ?? []));
    await secure.close();
    assert.ok(lines.length > 1);
    for (const line of lines)
      assert.match(line, /^__Host-[^;]*; (?:Max-Age=\d+; )?Path=\/; HttpOnly; Secure; SameSite=Lax$/i);
  });

  it('rails 28299: a form from a page without a referrer (Origin: null) is decided by its signature', async () => {
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/address/');
    assert.equal((await visitor.submit({}, { origin: 'null' })).status, 303);
    assert.equal((await new Visitor(testApp).client.post('/if/flow/address/', {}, { origin: 'null' })).status, 403);
  });
});
