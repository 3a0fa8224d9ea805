import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { decoded } from '../../../lib/pages/checks/html-tags.js';
import { inviteSignupFlow, openIdConnectSource, signInFlow } from '../../../lib/index.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';

describe('the page of a sign-in at a provider that failed', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    const { issuer, clientId, clientSecret } = provider;
    const common = { issuer, clientId, clientSecret };
    testApp = await openAcmeApp(provider, {
      languages: ['en', 'de'],
      flows: [
        { ...inviteSignupFlow({ slug: 'invite', fields: ['username', 'email'] }), layout: 'split' },
        { ...signInFlow({ slug: 'sign-in' }), layout: 'plain' },
      ],
      sources: [
        openIdConnectSource({ slug: 'acme', name: 'Acme', ...common }),
        openIdConnectSource({ slug: 'hub', name: 'The Hub', ...common }),
      ],
    });
    provider.allow(`${testApp.url}/source/hub/callback`);
    visitor = new Visitor(testApp);
  });
  afterEach(() => testApp.close());

  const layoutOf = ({ text }: RawAnswer) => /enrollment-page--(plain|split|stacked)/.exec(text)?.[1];
  const linksOf = ({ text }: RawAnswer) =>
    Array.from(text.matchAll(/<a class="enrollment-(?:link|button|source)" href="([^"]*)"/g), ([, href = '']) => href);
  const titleOf = ({ text }: RawAnswer) => /<h1[^>]*>([^<]*)/.exec(decoded(text))?.[1];

  /** Chooses German on the page, and returns the page that it leads to. */
  async function inGerman(page: RawAnswer): Promise<RawAnswer> {
    const [, href = assert.fail(page.text)] =
      /<a class="enrollment-languages__link" href="([^"]*=de)"/.exec(page.text) ?? [];
    return visitor.get((await visitor.get(href)).location);
  }

  for (const { layout, start, on } of [
    { layout: 'split', start: '/if/flow/invite/source/acme/', on: '/if/flow/invite/' },
    { layout: 'plain', start: '/if/flow/sign-in/source/acme/', on: '/if/flow/sign-in/' },
    { layout: 'plain', start: '/source/acme/login?next=/if/flow/sign-in/', on: '/if/flow/sign-in/' },
  ])
    it(`has the layout of the flow, its language switch and the way back, from ${start}`, async () => {
      await visitor.open(on);
      const failed = await testApp.by(visitor, null, start);
      assert.deepEqual([failed.status, layoutOf(failed)], [403, layout]);
      assert.equal(titleOf(failed), 'You weren’t signed in');
      assert.ok(linksOf(failed).includes(on), failed.text);
      const german = await inGerman(failed);
      assert.deepEqual([german.status, layoutOf(german)], [403, layout]);
      assert.match(german.text, /<html lang="de"/);
      assert.deepEqual(linksOf(german), linksOf(failed));
      const reference = /enrollment-reference">[^<]*?(\w+)</.exec(failed.text)?.[1];
      assert.ok(reference !== undefined && german.text.includes(reference), 'the same failure');
      const again = await inGerman(german);
      assert.equal(titleOf(again), titleOf(german));
    });

  it('offers other ways to sign in to a visitor who came from no page of the kit', async () => {
    const failed = await testApp.by(visitor, null, '/source/acme/login');
    const links = linksOf(failed);
    assert.ok(links.includes('/if/flow/sign-in/'), failed.text);
    assert.equal(layoutOf(failed), 'stacked');
  });

  it('is of no use to another browser, and too old after ten minutes', async () => {
    const failed = await testApp.by(visitor, null, '/source/acme/login');
    const other = await new Visitor(testApp).get('/flows/-/problem/');
    assert.deepEqual([other.status, other.location], [303, '/']);
    testApp.clock.advance(11 * 60_000);
    assert.equal((await visitor.get('/flows/-/problem/')).status, 303);
    assert.equal(failed.status, 403);
  });

  it('is gone when a user signs out', async () => {
    const user = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await user.enterCode(code);
    await user.submit({ username: 'ann', email: 'ann@example.com' });
    assert.equal(await user.me(), 'ann');
    await testApp.by(user, null, '/source/acme/login');
    assert.equal((await user.get('/flows/-/problem/')).status, 403);
    await user.post('/sign-out', {});
    assert.equal((await user.get('/flows/-/problem/')).status, 303);
  });

  it('of a planted or changed cookie is none', async () => {
    for (const planted of ['x', 'e30.tp9zd8.6DQT3ajgjcpH-etFcxQkAQ'])
      assert.equal(
        (await new Visitor(testApp).get('/flows/-/problem/', { Cookie: `enrollment.problem=${planted}` })).status,
        303,
      );
  });
});
