import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { english } from '../../lib/base/texts/english.js';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { openAccountsApp, type AccountsApp } from '../support/e2e/accounts-app.js';
import { addAuthenticatorApp } from '../support/e2e/authenticator-app.js';
import { habits, Person } from '../support/e2e/person.js';

const newPassword = 'nine quiet lamps in the rain';

for (const habit of sampleOf(habits, 1))
  describe(`recovery in a browser, ${habit.how}`, () => {
    let accounts: AccountsApp;
    let browser: Browser;
    let ann: Person;
    before(async () => {
      [accounts, browser] = await Promise.all([openAccountsApp(), launchBrowser()]);
    });
    after(async () => {
      await browser.close();
      await accounts.close();
    });
    beforeEach(async () => {
      ann = await Person.open(accounts, browser, habit);
      await ann.hasAccount();
    });
    afterEach(() => ann.leaves());

    /** From the sign-in page to the page that asks for the code. */
    async function asked(person = ann): Promise<void> {
      await person.goto('/if/flow/sign-in/?next=/books');
      await person.follow('Forgot your password?');
      await person.sees('Forgot your password?', 'Tell us who you are');
      await person.submit({ uid_field: person.name });
      await person.sees('Check your email', /emailed a code/);
    }

    /** From the page of the new password to the start, signed in. */
    async function finished(): Promise<void> {
      await ann.sees('Choose a new password');
      assert.equal(await ann.submit({ password: 'short' }), 422);
      await ann.sees('Choose a new password', /at least 15 characters/);
      assert.equal(await ann.submit({ password: newPassword }), 303);
      await ann.sees(english['flow.recovery.changed'], /Sign in with your new password/);
      assert.equal(await ann.isSignedIn(), false);
      await ann.press('Sign in');
      await ann.sees('Sign in');
    }

    it('a code of the mail leads to a new password, and that one signs in', async () => {
      await asked();
      assert.equal(await ann.submit({ code: '0000-0000' }), 422);
      await ann.sees('Check your email', /That code doesn’t match/);
      const { code } = await ann.mail();
      assert.equal(await ann.submit({ code: code.toLowerCase().replace('-', ' ') }), 303);
      await finished();
      await ann.submit({ uid_field: ann.name, password: newPassword });
      assert.equal(ann.path, '/books', '`next` is kept from the sign-in to here');
      assert.equal(await ann.isSignedIn(), true);
    });

    itInCampaign('the link of the mail, opened in the same browser, is confirmed by a button', async () => {
      await asked();
      await ann.goto((await ann.mail()).link);
      await ann.sees('Confirm that you opened the link', /Your link works/);
      await ann.press();
      await finished();
    });

    itInCampaign('the link opened in another browser says where to go on, and the code goes on there', async () => {
      await asked();
      const { code, link } = await ann.mail();
      const elsewhere = await ann.elsewhere(browser);
      await elsewhere.goto(link);
      await elsewhere.sees('Continue in your other browser', /enter the code from the same email/);
      assert.equal(await elsewhere.page.locator('main form').count(), 0);
      await elsewhere.leaves();
      assert.equal(await ann.submit({ code }), 303);
      await finished();
    });

    itInCampaign('a new mail replaces the first one', async () => {
      await asked();
      const first = await ann.mail();
      await ann.press('Send a new email');
      await ann.sees('Check your email', 'A new email is on its way');
      const second = await ann.mail();
      assert.equal(await ann.submit({ code: first.code }), 422);
      assert.equal(await ann.submit({ code: second.code }), 303);
      await finished();
    });

    itInCampaign('a second factor is asked for where one is set up, by its code or a recovery code', async () => {
      await ann.signIn();
      const { secret, codes } = await addAuthenticatorApp(ann);
      await ann.goto('/if/flow/sign-out/');
      await ann.press();
      for (const [wrong, right] of [
        ['000000', () => ann.code(secret)],
        ['AAAAA-AAAAA', () => codes[0] ?? ''],
      ] as const) {
        await asked();
        await ann.submit({ code: (await ann.mail()).code });
        await ann.sees('Confirm it’s you');
        assert.equal(await ann.submit({ code: wrong }), 422);
        await ann.sees('Confirm it’s you', /doesn’t match|isn’t right|not right|wrong/);
        assert.equal(await ann.submit({ code: right() }), 303);
        await finished();
        await ann.submit({ uid_field: ann.name, password: newPassword });
        await ann.sees('Confirm it’s you');
        await ann.submit({ code: codes[wrong.length % 10] ?? '' });
        assert.equal(ann.path, '/books');
        await ann.goto('/if/flow/sign-out/');
        await ann.press();
      }
    });

    itInCampaign('a name without an account gets the same page, and no mail', async () => {
      const stranger = await Person.open(accounts, browser, habit, 'no-such-name');
      await asked(stranger);
      assert.equal(await stranger.submit({ code: '0000-0000' }), 422);
      await stranger.sees('Check your email', /That code doesn’t match/);
      assert.ok(accounts.mailer.mails.every(({ to }) => to !== stranger.email));
      await stranger.leaves();
    });
  });
