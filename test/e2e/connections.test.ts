import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { password } from '../support/account.js';
import { describeInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { openAccountsApp, type AccountsApp } from '../support/e2e/accounts-app.js';
import { habits, Person } from '../support/e2e/person.js';
import type { Person as Subject } from '../support/openid-provider.js';

const page = '/if/flow/account-connections/';
const heading = 'Connected providers';

for (const habit of sampleOf(habits, 1))
  describeInCampaign(`connected providers in a browser, ${habit.how}`, () => {
    let accounts: AccountsApp;
    let browser: Browser;
    before(async () => {
      [accounts, browser] = await Promise.all([openAccountsApp(), launchBrowser()]);
    });
    after(async () => {
      await browser.close();
      await accounts.close();
    });

    /** On the provider's page, which is not the kit's: chooses who one is there. */
    async function chooseAt(person: Person, subject: Subject): Promise<void> {
      // Who is known there already is sent back at once.
      if (person.page.url().startsWith(accounts.origin)) return;
      const button = person.page.locator(`button[value="${subject}"]`);
      await Promise.all([
        person.page.waitForURL((url) => url.href.startsWith(accounts.origin)),
        person.habit.keysOnly ? button.press('Enter') : button.click(),
      ]);
    }

    it('one is connected by a button, signs in, and is disconnected; the password goes on', async () => {
      const ann = await Person.open(accounts, browser, habit, `dora-${habits.indexOf(habit)}`);
      await ann.hasAccount();
      await ann.signIn();
      await ann.goto(page);
      await ann.sees(heading);
      await ann.follow('Connect Acme');
      await chooseAt(ann, 'dora');
      await ann.sees('Connect Acme to your account?', /dora/i);
      await ann.press();
      await ann.goto(page);
      await ann.sees(heading, /Acme/);

      const elsewhere = await ann.elsewhere(browser);
      await elsewhere.goto('/if/flow/sign-in/?next=/books');
      await elsewhere.follow('Continue with Acme');
      await chooseAt(elsewhere, 'dora');
      assert.equal(elsewhere.path, '/books');
      assert.equal(await elsewhere.isSignedIn(), true);

      await ann.tick(/Acme/);
      assert.equal(await ann.press(), 303);
      await ann.goto(page);
      await ann.sees(heading);
      assert.equal(await ann.page.getByLabel(/Acme/).count(), 0);
      await elsewhere.goto('/if/flow/sign-out/');
      await elsewhere.press();
      await elsewhere.goto('/if/flow/sign-in/');
      await elsewhere.follow('Continue with Acme');
      await chooseAt(elsewhere, 'dora');
      assert.equal(await elsewhere.isSignedIn(), false);
      await Promise.all([ann.leaves(), elsewhere.leaves()]);
    });

    it('a visitor from a provider gets an account with a code, and keeps the last way in', async () => {
      const ann = await Person.open(accounts, browser, habit, 'ann');
      const { code } = await accounts.app.enrollment.invitations.create({ uses: 1 });
      await ann.goto('/if/flow/sign-in/?next=/books');
      await ann.follow('Continue with Acme');
      await chooseAt(ann, 'ann');
      await ann.page
        .getByText(/enter your invitation code/i)
        .first()
        .waitFor();
      assert.equal(await ann.submit({ invite_code: 'wrong' }), 422);
      assert.equal(await ann.submit({ invite_code: code }), 303);
      assert.equal(ann.path, '/books', 'the provider said everything that the account needs');
      assert.equal(await ann.isSignedIn(), true);
      await ann.goto(page);
      await ann.sees(heading, /Acme/);
      await ann.tick(/Acme/);
      assert.equal(await ann.press(), 422);
      await ann.sees(heading, /only way to sign in/);
      const user = await accounts.app.users.findByLogin('username', 'ann');
      if (user !== null) await accounts.app.users.remove?.(user);
      await ann.leaves();
    });

    it('an account with the address of the provider is connected after its password', async () => {
      const fay = await Person.open(accounts, browser, habit, 'fay');
      await fay.hasAccount();
      await fay.goto('/if/flow/sign-in/');
      await fay.follow('Continue with Acme');
      await chooseAt(fay, 'fay');
      await fay.sees('You already have an account here. Enter its password');
      assert.equal(await fay.submit({ password: 'something else' }), 422);
      assert.equal(await fay.submit({ password }), 303);
      await fay.sees('Connect Acme to your account?');
      await fay.press();
      assert.equal(await fay.isSignedIn(), true);
      const user = await accounts.app.users.findByLogin('username', 'fay');
      if (user !== null) await accounts.app.users.remove?.(user);
      await fay.leaves();
    });
  });
