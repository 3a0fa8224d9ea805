import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { password } from '../support/account.js';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { openAccountsApp, type AccountsApp } from '../support/e2e/accounts-app.js';
import { habits, Person } from '../support/e2e/person.js';

for (const habit of sampleOf(habits, 1))
  describe(`from flow to flow in a browser, ${habit.how}`, () => {
    let accounts: AccountsApp;
    let browser: Browser;
    let ann: Person;
    let code: string;
    before(async () => {
      [accounts, browser] = await Promise.all([openAccountsApp(), launchBrowser()]);
    });
    after(async () => {
      await browser.close();
      await accounts.close();
    });
    beforeEach(async () => {
      ann = await Person.open(accounts, browser, habit);
      ({ code } = await accounts.app.enrollment.invitations.create({ uses: 2 }));
    });
    afterEach(() => ann.leaves());

    it('a sign-up from the sign-in page, with an address that is proved, keeps next', async () => {
      await ann.goto('/flows/-/default/authentication/?next=/books');
      await ann.follow('Create an account');
      await ann.submit({ invite_code: code });
      await ann.sees('Create your account');
      await ann.submit({ username: ann.name, email: ann.email, password });
      await ann.sees('Check your email', new RegExp(`code to ${ann.email}`));
      assert.equal(await accounts.app.users.findByLogin('username', ann.name), null);
      assert.equal(await ann.submit({ code: '0000-0000' }), 422);
      assert.equal(await ann.submit({ code: (await ann.mail()).code }), 303);
      assert.equal(ann.path, '/books');
      assert.equal(await ann.isSignedIn(), true);
    });

    itInCampaign('a sign-up is confirmed by the link of the mail', async () => {
      await ann.goto('/if/flow/invite/');
      await ann.submit({ invite_code: code });
      await ann.submit({ username: ann.name, email: ann.email, password });
      await ann.goto((await ann.mail()).link);
      await ann.sees('Confirm that you opened the link', /Your link works/);
      await ann.press();
      assert.equal(ann.path, '/home');
      assert.equal(await ann.isSignedIn(), true);
    });

    itInCampaign('a sign-up with an address that has an account gets the same page, and another mail', async () => {
      // An address that was only typed is given up to the person who proves it.
      await accounts.app.users.update?.(await ann.hasAccount(), { emailVerified: true });
      const other = await Person.open(accounts, browser, habit);
      await other.goto('/if/flow/invite/');
      await other.submit({ invite_code: code });
      await other.submit({ username: other.name, email: ann.email, password });
      await other.sees('Check your email', new RegExp(`code to ${ann.email}`));
      assert.equal((await accounts.mailer.next(ann.email)).kind, 'account_exists');
      assert.equal(await other.submit({ code: '0000-0000' }), 422);
      await other.leaves();
    });

    itInCampaign('an enrollment in two stages, over a password that was mistyped', async () => {
      await ann.goto('/if/flow/two-stages/');
      await ann.submit({ invite_code: code });
      await ann.sees('Create your account');
      assert.equal(await ann.submit({ username: ann.name, password, password_repeat: `${password}!` }), 422);
      assert.equal(await ann.submit({ password, password_repeat: password }), 303);
      await ann.sees('About you');
      assert.equal(await ann.submit({ name: '', email: ann.email }), 422);
      assert.equal(await ann.submit({ name: 'Ann Lee' }), 303);
      assert.equal(ann.path, '/home');
      assert.equal(await ann.isSignedIn(), true);
      const user = await accounts.app.users.findByLogin('email', ann.email);
      assert.deepEqual([user?.username, user?.name], [ann.name, 'Ann Lee']);
    });

    itInCampaign('next is kept from the sign-in over a flow that ends in another one', async () => {
      await ann.hasAccount();
      await ann.goto('/if/flow/course/?next=/books');
      await ann.follow('Sign in');
      await ann.submit({ uid_field: ann.name, password });
      await ann.sees('Join the course');
      await ann.submit({ course: 'Roasting' });
      await ann.sees('Your profile');
      await ann.submit({ name: 'Ann Lee' });
      assert.equal(ann.path, '/books');
    });

    itInCampaign('the address that sets a stage up leads there, over the sign-in, and back to next', async () => {
      await ann.hasAccount();
      await ann.goto('/flows/-/configure/totp-setup/?next=/books');
      await ann.follow('Sign in');
      await ann.submit({ uid_field: ann.name, password });
      await ann.sees('Enter your password to continue');
      await ann.submit({ password });
      await ann.sees('Set up an authenticator app');
      const secret = ((await ann.page.locator('.enrollment-code').textContent()) ?? '').replaceAll(' ', '');
      await ann.submit({ code: ann.code(secret) });
      await ann.sees('Save your recovery codes');
      await ann.press();
      await ann.sees('Authenticators and passkeys');
      await ann.tick(/^Authenticator app/);
      await ann.press();
      await ann.sees('Rename or remove');
      await ann.press();
      await ann.sees('Your account');
      await ann.press();
      assert.equal(ann.path, '/books');
    });

    itInCampaign('a link signs no one out, its button does; all begun flows are dropped by another one', async () => {
      await ann.hasAccount();
      await ann.signIn();
      await ann.goto('/flows/-/default/invalidation/?next=/books');
      await ann.sees('Sign out?');
      assert.equal(await ann.isSignedIn(), true);
      await ann.press('Sign out');
      assert.equal(ann.path, '/books');
      assert.equal(await ann.isSignedIn(), false);
      await ann.goto('/if/flow/two-stages/');
      await ann.submit({ invite_code: code });
      await ann.sees('Create your account');
      await ann.goto('/flows/-/cancel/?next=/outside');
      await ann.press();
      assert.equal(ann.path, '/outside');
      await ann.goto('/if/flow/two-stages/');
      await ann.page.locator('[name=invite_code]').waitFor();
    });
  });
