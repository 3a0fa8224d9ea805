import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { password } from '../support/account.js';
import { describeInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { openAccountsApp, type AccountsApp } from '../support/e2e/accounts-app.js';
import { addAuthenticatorApp } from '../support/e2e/authenticator-app.js';
import { habits, Person } from '../support/e2e/person.js';
import { addVirtualAuthenticator } from '../support/e2e/virtual-authenticator.js';

const list = '/if/flow/account-authenticators/';
const heading = 'Authenticators and passkeys';

for (const habit of sampleOf(habits, 1))
  describeInCampaign(`the authenticators of an account in a browser, ${habit.how}`, () => {
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
      await ann.signIn();
    });
    afterEach(() => ann.leaves());

    it('an app is set up from the list, gets another name, is asked for, and is removed after its code', async () => {
      await ann.goto(list);
      await ann.sees(heading, /haven’t set up an authenticator app/);
      const { secret } = await addAuthenticatorApp(ann);
      await ann.sees(heading, /Authenticator app, added on/, /Recovery codes, added on/);
      await ann.tick(/^Authenticator app/);
      await ann.press();
      await ann.sees('Rename or remove');
      assert.equal(await ann.submit({ authenticator_name: 'My phone' }), 303);
      await ann.goto(list);
      await ann.sees(heading, /My phone/);

      const elsewhere = await ann.elsewhere(browser);
      await elsewhere.signIn();
      await elsewhere.sees('Confirm it’s you');
      assert.equal(await elsewhere.submit({ code: elsewhere.code(secret) }), 303);
      assert.equal(await elsewhere.isSignedIn(), true);
      await elsewhere.leaves();

      await ann.tick(/My phone/);
      await ann.press();
      await ann.sees('Rename or remove');
      await ann.press('Remove this sign-in method');
      await ann.sees('Remove this sign-in method?');
      await ann.press('Remove this sign-in method');
      await ann.sees('Confirm it’s you');
      assert.equal(await ann.submit({ code: '000000' }), 422);
      assert.equal(await ann.submit({ code: ann.code(secret) }), 303);
      await ann.goto(list);
      await ann.sees(heading, /haven’t set up an authenticator app/);
      assert.equal(await ann.page.getByText('My phone').count(), 0);
    });

    it('new recovery codes end the old ones', async () => {
      const { secret, codes: old } = await addAuthenticatorApp(ann);
      await ann.follow('Get new recovery codes');
      await ann.sees('Enter your password to continue');
      await ann.submit({ password });
      await ann.sees('Confirm it’s you');
      await ann.submit({ code: ann.code(secret) });
      await ann.sees('Save your recovery codes');
      const codes = await ann.page.locator('.enrollment-codes .enrollment-code').allTextContents();
      assert.ok(codes.every((code) => !old.includes(code)));
      await ann.press();
      const elsewhere = await ann.elsewhere(browser);
      await elsewhere.signIn();
      assert.equal(await elsewhere.submit({ code: old[0] ?? '' }), 422);
      assert.equal(await elsewhere.submit({ code: codes[0] ?? '' }), 303);
      assert.equal(await elsewhere.isSignedIn(), true);
      await elsewhere.leaves();
    });

    it('a passkey is added, asked for at the sign-in, and removed; without a script the page says what it needs', async () => {
      await ann.goto(list);
      await ann.follow('Set up a passkey');
      await ann.submit({ password });
      if (!habit.javaScriptEnabled) {
        await ann.sees('Set up a passkey', 'Passkeys need JavaScript');
        return;
      }
      await addVirtualAuthenticator(ann.page);
      await ann.sees('Set up a passkey', 'Press the button, then follow');
      assert.equal(await ann.press('Add a passkey'), 303);
      await ann.sees('Save your recovery codes');
      await ann.press();
      await ann.sees(heading, /Passkey, added on/);
      await ann.goto('/if/flow/sign-out/');
      await ann.press();
      await ann.signIn();
      await ann.sees('Confirm it’s you');
      await ann.press('Sign in');
      assert.equal(await ann.isSignedIn(), true);
      await ann.goto(list);
      await ann.tick(/^Passkey/);
      await ann.press();
      await ann.press('Remove this sign-in method');
      await ann.sees('Remove this sign-in method?');
      await ann.press('Remove this sign-in method');
      await ann.sees('Confirm it’s you');
      await ann.press('Remove');
      await ann.goto(list);
      await ann.sees(heading, /haven’t set up an authenticator app/);
      assert.equal(await ann.page.getByText(/^Passkey, added/).count(), 0);
    });
  });
