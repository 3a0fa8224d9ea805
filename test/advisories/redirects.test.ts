import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { allowedTarget, locationOf, ownPath } from '../../lib/base/target.js';
import { defineFlow, inviteSignupFlow, promptStage, signInFlow, text } from '../../lib/index.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { dummyStage, redirectStage } from '../../lib/stages.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const site = { origin: 'https://club.example', mount: '', secure: true };
const shop = 'https://shop.example';

/** What must never become the target of a redirect: by id of the advisory. */
const attacks: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'CVE-2024-21637',
    'a script in place of an address',
    ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'java\nscript:alert(1)'],
  ],
  [
    'CVE-2026-41569',
    'an address that begins like an allowed one',
    [`${shop}.evil.example/`, `${shop}@evil.example/`, `${shop}:8443/`, 'https://shop.example%2eevil.example/'],
  ],
  [
    'CVE-2024-52289',
    'a host that an unescaped dot would match',
    ['https://shopXexample/', 'https://evilshop.example/'],
  ],
  [
    'CVE-2020-26291',
    'a host behind a backslash or a user name',
    ['https://evil.example\\@shop.example', '\\\\evil.example', '/\\evil.example', 'https:\\\\evil.example'],
  ],
  [
    'CVE-2025-27143',
    'a value without a scheme',
    ['//evil.example', '///evil.example', '/\t/evil.example', 'evil.example'],
  ],
  [
    'CVE-2021-23435',
    'several slashes',
    ['////evil.example', '/.//evil.example', '/a/..//evil.example', '/..//evil.example'],
  ],
  [
    'CVE-2024-29041',
    'a path that encoding turns into a host',
    ['/%5c/evil.example', '/%09//evil.example/%0d\\', '/%5C%5Cevil'],
  ],
  [
    'CVE-2023-6134',
    'a scheme beside https',
    ['ftp://shop.example/', 'http://shop.example/', 'blob:https://shop.example/x'],
  ],
];

describe('advisories: redirects', () => {
  let testApp: TestApp;
  before(async () => {
    const away = defineFlow({
      slug: 'away',
      title: 'Away',
      designation: 'authorization',
      stages: [
        {
          stage: redirectStage({ name: 'away', targetStatic: shop, allowedOrigins: [shop] }),
          policies: [
            definePolicy({
              name: 'target',
              writes: ['redirect_stage_target'],
              check: () => ({ pass: true, patch: { redirect_stage_target: wanted } }),
            }),
          ],
        },
      ],
    });
    testApp = await openTestApp({
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username'] }),
        signInFlow({ slug: 'sign-in' }),
        away,
        defineFlow({
          slug: 'denied',
          title: 'Denied',
          designation: 'authorization',
          deniedAction: 'message_continue',
          policies: [definePolicy({ name: 'closed', check: () => false })],
          stages: [dummyStage({ name: 'one' })],
        }),
      ],
      registration: 'open',
    });
  });
  after(() => testApp.close());
  let wanted = '/';

  for (const [id, what, values] of attacks)
    it(`${id}: ${what} is no target, in a link, a redirect stage, a denial or a stored plan`, async () => {
      for (const value of values) {
        assert.equal(ownPath(site, value), null, value);
        assert.equal(allowedTarget(value, [shop]), null, value);
        assert.equal(locationOf(site, { path: value }), null, value);
        wanted = value;
        const refused = await new Visitor(testApp).get('/if/flow/away/');
        assert.equal(refused.status, 403, value);
        const next = `?next=${encodeURIComponent(value)}`;
        const denied = new Visitor(testApp);
        assert.equal((await denied.follow(await denied.get(`/if/flow/denied/${next}`))).status, 403, value);
        for (const path of ['/flows/-/cancel/', '/flows/-/default/authentication/']) {
          const { location, text: html } = await new Visitor(testApp).get(path + next);
          assert.doesNotMatch(decodeURIComponent(location).replace(value, ''), /evil/, value);
          assert.ok(!/href="[^"]*evil|action="[^"]*evil/.test(html), value);
          if (location !== '') assert.ok(location.startsWith('/') && !location.startsWith('//'), location);
        }
      }
    });

  it('CVE-2026-40295: Referer never decides where a visitor is redirected', async () => {
    const visitor = new Visitor(testApp, { headers: { referer: 'https://evil.example/x' } });
    for (const path of ['/flows/-/cancel/', '/flows/-/default/authentication/', '/if/flow/denied/']) {
      const { location, text: html } = await visitor.get(path);
      assert.doesNotMatch(location + html, /evil/);
    }
  });

  it('CVE-2024-43796: the body of a redirect contains nothing of its target', async () => {
    const { status, text: body } = await new Visitor(testApp).get('/if/flow/invite/?next=/%3Cscript%3E');
    assert.deepEqual([status, body], [303, '']);
  });

  it('CVE-2026-42849: what a flow shows is escaped, whoever wrote it', async () => {
    const markup = '"><script>alert(1)</script>';
    const consuming = definePolicy({
      name: 'reads',
      fields: ['username'],
      consumes: ['username'],
      check: () => markup,
    });
    const shown = await openTestApp({
      flows: [
        defineFlow({
          slug: 'invite',
          title: markup,
          intro: markup,
          designation: 'authorization',
          stages: [
            promptStage({
              name: 'one',
              prompts: [text({ key: 'username', label: markup, placeholder: markup })],
              validation: [consuming],
            }),
          ],
        }),
      ],
    });
    const visitor = new Visitor(shown);
    const pages = [await visitor.open(), await visitor.submit({ username: markup })];
    await shown.close();
    for (const { text: html } of pages) {
      assert.ok(html.includes('&lt;script&gt;'));
      assert.ok(!html.includes('<script>alert'));
    }
  });
});
