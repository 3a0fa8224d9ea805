import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { waitlistFlow } from '../../lib/index.js';
import { member, openSignInApp, signIn, signOutPage } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { viewFolder } from '../support/pages/view-folder.js';

describe('what a page offers beside its form', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  it('sign-in for people with an account, and the waitlist for those without a code', async () => {
    testApp = await openTestApp({
      flows: [signup, waitlistFlow({ slug: 'waitlist' })],
      sendInvitation: () => Promise.resolve(),
    });
    const page = await new Visitor(testApp).open('/if/flow/invite/');
    assert.match(
      page.text,
      /No code\?<\/span><a class="enrollment-link" href="\/if\/flow\/waitlist\/">Join the waitlist</,
    );
    assert.doesNotMatch(page.text, /Already have an account/, 'there is no page to sign in');
    assert.match(page.text, />Step 1 of 2</);
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/invite/');
    const account = await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.match(account.text, />Step 2 of 2</);
    assert.doesNotMatch(account.text, /No code\?/);
  });

  it('sign-in with the question whom it is for', async () => {
    testApp = await openSignInApp();
    const page = await new Visitor(testApp).open('/if/flow/invite/');
    assert.match(
      page.text,
      /Already have an account\?<\/span><a class="enrollment-link" href="\/if\/flow\/sign-in\/">Sign in</,
    );
    assert.doesNotMatch(page.text, /waitlist/, 'no flow keeps a waitlist');
  });

  it('before it discards anything, to keep it: the button that cancels is not the foremost', async () => {
    testApp = await openSignInApp();
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/invite/');
    await visitor.submit({ invite_code: code });
    const page = await visitor.get('/if/flow/invite/cancel/');
    assert.match(
      page.text,
      /<a class="enrollment-button" href="\/if\/flow\/invite\/">Keep signing up<\/a>[^]*<button class="enrollment-button enrollment-button--danger"[^>]*>Stop signing up</,
    );
  });

  it('a way back from signing out', async () => {
    testApp = await openSignInApp({ brand: { home: '/inside' } });
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    assert.match((await visitor.open(signOutPage)).text, /href="\/inside">Stay signed in</);
    const { text } = await new Visitor(testApp).open(signOutPage);
    assert.doesNotMatch(text, /Stay signed in|Sign out\?/);
    assert.match(text, /You’re signed out<\/h1>[^]*>Continue<\/button>[^]*href="\/if\/flow\/sign-in\/">Sign in</);
  });

  it('a styled page and two ways on, when a view of the app fails', async () => {
    testApp = await openTestApp({
      flows: [signup],
      locals: () => ({
        get season(): string {
          throw new Error('no season');
        },
      }),
      views: viewFolder({ 'slots/head.ejs': '<%= locals.app.season %>' }),
    });
    const page = await new Visitor(testApp).get('/if/flow/invite/');
    assert.equal(page.status, 500);
    assert.match(page.text, /name="color-scheme"[^]*<body class="enrollment-page /);
    assert.match(
      page.text,
      /<a class="enrollment-button" href="\/if\/flow\/invite\/">Try again<[^]*href="\/">Go to the home page</,
    );
  });
});
