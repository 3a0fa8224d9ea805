import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { recoveryFlow } from '../../lib/flows.js';
import { defineFlow, promptStage, signInFlow, text, userWrite } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { accountOf, password } from '../support/account.js';
import { member, openSignInApp, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('pages of an app with and without a flow for signing in', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  afterEach(() => testApp.close());

  it('the signup pages link to it with the next parameter', async () => {
    testApp = await openSignInApp();
    visitor = new Visitor(testApp);
    const link = (href: string): RegExp => new RegExp(`<a class="enrollment-link" href="${href}">Sign in</a>`);
    assert.match((await visitor.open('/if/flow/invite/')).text, link('/if/flow/sign-in/'));
    const arrived = await new Visitor(testApp).open('/if/flow/invite/?next=/books');
    assert.match(arrived.text, link('/if/flow/sign-in/\\?next=%2Fbooks'));
    const other = await new Visitor(testApp).open(`${signInPage}?next=/books`);
    assert.match(other.text, /New here\?<\/span><a [^>]*href="\/if\/flow\/invite\/\?next=%2Fbooks">Create an account</);
  });

  it('the page for an existing account links to it', async () => {
    testApp = await openSignInApp();
    visitor = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.open('/if/flow/invite/');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit(accountOf('unheard'));
    visitor.client.cookies.set('enrollment.sid', 'lost');
    const answer = await visitor.get('/if/flow/invite/');
    assert.match(
      answer.text,
      /Your account is ready[\s\S]*<a class="enrollment-button" href="\/if\/flow\/sign-in\/">Sign in<\/a>/,
    );
  });

  it('a page that requires sign-in redirects there and back', async () => {
    const profile = defineFlow({
      slug: 'profile',
      title: 'Profile',
      designation: 'stage_configuration',
      authentication: 'require_authenticated',
      stages: [promptStage({ name: 'one', prompts: [text({ key: 'name', label: 'Name' })] }), userWrite({ name: 'w' })],
    });
    testApp = await openTestApp({
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), profile],
      registration: 'open',
    });
    await member(testApp, 'ann');
    visitor = new Visitor(testApp);
    const refused = await visitor.get('/if/flow/profile/');
    assert.equal(refused.status, 403);
    const [, href = ''] = /<a class="[^"]*" href="([^"]*)">Sign in</.exec(refused.text) ?? [];
    assert.equal(href, '/if/flow/sign-in/?next=%2Fif%2Fflow%2Fprofile%2F');
    await visitor.open(href);
    assert.equal((await visitor.submit({ uid_field: 'ann', password })).location, '/if/flow/profile/');
    assert.equal((await visitor.get('/if/flow/profile/')).status, 200);
  });

  for (const [whose, flows, href] of [
    [
      'of the page of the name',
      [signInFlow({ slug: 'sign-in', passwordPage: true, links: { recovery: '/forgotten' } })],
      '/forgotten',
    ],
    [
      'to the flow of recovery',
      [signInFlow({ slug: 'sign-in', passwordPage: true }), recoveryFlow({ slug: 'recovery' })],
      '/if/flow/recovery/',
    ],
  ] as const) {
    it(`the page of the password has the link ${whose}`, async () => {
      testApp = await openTestApp({ flows, mailer: memoryMailer() });
      visitor = new Visitor(testApp);
      const link = new RegExp(`href="${href}">Forgot your password\\?<`, 'g');
      assert.equal((await visitor.open(signInPage)).text.match(link)?.length, 1);
      const asked = await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
      assert.match(asked.text, /Enter your password/);
      assert.equal(asked.text.match(link)?.length, 1);
    });
  }

  it('without one, no page links to it', async () => {
    testApp = await openTestApp();
    visitor = new Visitor(testApp);
    assert.doesNotMatch((await visitor.open()).text, /Sign in/);
  });
});
