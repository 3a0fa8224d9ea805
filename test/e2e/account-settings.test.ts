import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { password } from '../support/account.js';
import { english } from '../../lib/base/texts/english.js';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { openAccountsApp, type AccountsApp } from '../support/e2e/accounts-app.js';
import { addAuthenticatorApp } from '../support/e2e/authenticator-app.js';
import { habits, Person } from '../support/e2e/person.js';

const newPassword = 'nine quiet lamps in the rain';
const elevenMinutes = 660_000;
const menu = '/if/flow/account/';

for (const habit of sampleOf(habits, 1))
  describe(`account settings in a browser, ${habit.how}`, () => {
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

    async function choose(link: string, next = '?next=/books'): Promise<void> {
      await ann.goto(menu + next);
      await ann.sees('Your account');
      await ann.follow(link);
    }

    const value = (name: string): Promise<string> => ann.page.locator(`[name="${name}"]`).inputValue();

    it('the profile is changed and leads back, and the changed address signs in', async () => {
      accounts.app.clock.advance(elevenMinutes);
      await choose('Your profile');
      await ann.sees('Enter your password to continue');
      assert.doesNotMatch(await ann.page.locator('main').innerText(), /sign out/i);
      assert.equal(await value('uid_field'), ann.name);
      assert.equal(await ann.submit({ password: 'something else' }), 422);
      assert.equal(await ann.submit({ password }), 303);
      await ann.sees('Your profile');
      assert.deepEqual([await value('username'), await value('email')], [ann.name, ann.email]);
      assert.equal(await ann.submit({ email: 'two words', name: 'Ann Lee' }), 422);
      await ann.sees('Your profile', /Enter an email address/);
      const email = `new-${ann.email}`;
      assert.equal(await ann.submit({ email, city: 'Bern' }), 303);
      await ann.sees('Check your email', new RegExp(email));
      const code = accounts.mailer.codeIn(await accounts.mailer.next(email)) ?? '';
      assert.equal(await ann.submit({ code }), 303);
      await ann.sees('Your account');
      await ann.follow('Your profile');
      await ann.sees('Your profile');
      assert.deepEqual([await value('email'), await value('name'), await value('city')], [email, 'Ann Lee', 'Bern']);
      await ann.press();
      await ann.press();
      assert.equal(ann.path, '/books', '`next` is kept through the profile and back');
      const elsewhere = await ann.elsewhere(browser);
      await elsewhere.goto('/if/flow/sign-in/');
      await elsewhere.submit({ uid_field: email, password });
      assert.equal(await elsewhere.isSignedIn(), true);
      await elsewhere.leaves();
    });

    itInCampaign('a name of somebody else is refused, and what else was typed is kept', async () => {
      const bob = await ann.elsewhere(browser);
      const other = await Person.open(accounts, browser, habit);
      await other.hasAccount();
      await choose('Your profile');
      assert.equal(await ann.submit({ username: other.name, name: 'Ann Lee' }), 422);
      await ann.sees('Your profile', /already taken/);
      assert.deepEqual([await value('username'), await value('name')], [other.name, 'Ann Lee']);
      await Promise.all([bob.leaves(), other.leaves()]);
    });

    itInCampaign('a changed password signs in, the old one does not, and the other browser is signed out', async () => {
      const elsewhere = await ann.elsewhere(browser);
      await elsewhere.signIn();
      await choose('Change your password');
      await ann.sees('Enter your password to continue');
      await ann.submit({ password });
      await ann.sees('Choose a new password');
      assert.equal(await ann.submit({ password: 'passwordpassword' }), 422);
      await ann.sees('Choose a new password', /too common|easy|common/);
      assert.equal(await ann.submit({ password: newPassword }), 303);
      await ann.sees('Your account');
      assert.deepEqual([await ann.isSignedIn(), await elsewhere.isSignedIn()], [true, false]);
      await elsewhere.goto('/if/flow/sign-in/');
      assert.equal(await elsewhere.submit({ uid_field: ann.name, password }), 422);
      assert.equal(await elsewhere.submit({ password: newPassword }), 303);
      assert.equal(await elsewhere.isSignedIn(), true);
      await elsewhere.leaves();
    });

    itInCampaign('the sessions of other browsers are listed, and end one by one and together', async () => {
      const others = await Promise.all([1, 2, 3].map(() => ann.elsewhere(browser)));
      for (const one of others) {
        accounts.app.clock.advance(1000);
        await one.signIn();
      }
      const signedIn = (): Promise<readonly boolean[]> => Promise.all(others.map((one) => one.isSignedIn()));
      await choose('Where you’re signed in');
      await ann.sees('Where you’re signed in', /Chrome.*Linux/);
      await ann.tick(/Chrome/);
      await ann.press();
      await ann.sees('Your account');
      assert.equal((await signedIn()).filter(Boolean).length, 2);
      await ann.follow('Where you’re signed in');
      await ann.sees('Where you’re signed in');
      await ann.tick(/all other/i);
      await ann.press();
      assert.deepEqual([await signedIn(), await ann.isSignedIn()], [[false, false, false], true]);
      await ann.follow('Where you’re signed in');
      await ann.sees('Where you’re signed in', english['stage.sessions.none']);
      await Promise.all(others.map((one) => one.leaves()));
    });

    itInCampaign('an account is deleted after the password, a code and a page that says what is lost', async () => {
      const elsewhere = await ann.elsewhere(browser);
      await elsewhere.signIn();
      const { codes } = await addAuthenticatorApp(ann);
      await choose('Delete your account', '');
      await ann.sees('Enter your password to continue');
      await ann.submit({ password });
      await ann.sees('Confirm it’s you');
      await ann.submit({ code: codes[0] ?? '' });
      await ann.sees('Delete your account?', /Your courses and certificates are deleted too/, /can’t be undone/);
      await ann.goto(ann.path);
      assert.equal(await ann.isSignedIn(), true, 'opening the page deletes nothing');
      await ann.sees('Delete your account?');
      assert.equal(await ann.press('Delete my account'), 303);
      assert.equal(ann.path, '/goodbye');
      assert.deepEqual([await ann.isSignedIn(), await elsewhere.isSignedIn()], [false, false]);
      await ann.goto('/if/flow/sign-in/');
      assert.equal(await ann.submit({ uid_field: ann.name, password }), 422);
      await elsewhere.leaves();
    });

    itInCampaign('an account is kept by the link of the page that would delete it', async () => {
      await choose('Delete your account');
      await ann.submit({ password });
      await ann.sees('Delete your account?');
      await ann.follow(english['stage.user_delete.keep']);
      assert.equal(await ann.isSignedIn(), true);
      await ann.goto(menu);
      await ann.sees('Your account');
    });

    itInCampaign('visitors who are not signed in are sent to the sign-in, and come back', async () => {
      const visitor = await ann.elsewhere(browser);
      await visitor.goto(menu);
      await visitor.page.getByText('Sign in first, then open this page again.').waitFor();
      await visitor.follow('Sign in');
      await visitor.submit({ uid_field: ann.name, password });
      await visitor.sees('Your account');
      await visitor.leaves();
    });
  });
