import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { readFlowFolder } from '../../lib/flow-files.js';
import { password } from '../support/account.js';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { openAuthentikApp } from '../support/e2e/authentik-app.js';
import type { AccountsApp } from '../support/e2e/accounts-app.js';
import { habits, Person } from '../support/e2e/person.js';
import { addVirtualAuthenticator } from '../support/e2e/virtual-authenticator.js';
import { clubFolder } from '../support/flow-files/club.js';

const changed = '9 quiet lamps in the rain';
const [, withScripts = habits[0]] = habits;

/** The files of `club/`, in authentik's format, in a browser. test/flow-files/own-files.test.ts walks them without one. */
describe('flow files in a browser', () => {
  let browser: Browser;
  let accounts: AccountsApp;
  before(async () => {
    browser = await launchBrowser();
    accounts = await openAuthentikApp(readFlowFolder(clubFolder));
  });
  after(async () => {
    await browser.close();
    await accounts.close();
  });

  async function somebodyWithAccount(habit = withScripts): Promise<Person> {
    const person = await Person.open(accounts, browser, habit);
    await person.hasAccount();
    return person;
  }

  async function signIn(person: Person, typed = password): Promise<void> {
    await person.goto('/if/flow/club-sign-in/');
    await person.sees('Members’ entrance');
    await person.submit({ uid_field: person.name });
    await person.submit({ password: typed });
  }

  async function signOut(person: Person): Promise<void> {
    await person.goto('/if/flow/club-sign-out/');
    await person.press();
    assert.equal(await person.isSignedIn(), false);
  }

  async function secretOnPage({ page }: Person): Promise<string> {
    return ((await page.locator('.enrollment-code').first().textContent()) ?? '').replaceAll(' ', '');
  }

  for (const habit of sampleOf(habits, 1))
    it(`${habit.how}: recovery by a mail, then an authenticator app, then the sign-in with both`, async () => {
      const ann = await somebodyWithAccount(habit);
      await ann.goto('/if/flow/club-sign-in/');
      await ann.follow('Forgot your password?');
      await ann.sees('A new password for you');
      await ann.submit({ uid_field: ann.email });
      await ann.sees('Check your email');
      await ann.goto((await ann.mail()).link);
      await ann.press();
      await ann.sees('A new password for you');
      await ann.submit({ password: changed, password_repeat: changed });
      await ann.sees('Home');
      assert.equal(await ann.isSignedIn(), true);

      await ann.goto('/if/flow/club-app/');
      await ann.sees('Enter your password to continue');
      await ann.submit({ password: changed });
      await ann.sees('Set up an authenticator app', 'Codes by an app');
      const secret = await secretOnPage(ann);
      assert.equal(await ann.submit({ code: '000000' }), 422);
      assert.equal(await ann.submit({ code: ann.code(secret) }), 303);
      await ann.sees('Home');

      await signOut(ann);
      await signIn(ann, changed);
      await ann.sees('Confirm it’s you');
      assert.equal(await ann.isSignedIn(), false);
      await ann.submit({ code: ann.code(secret) });
      await ann.sees('Home');
      assert.equal(await ann.isSignedIn(), true);
      await ann.leaves();
    });

  itInCampaign('recovery codes', async () => {
    const ann = await somebodyWithAccount();
    await signIn(ann);
    await ann.goto('/if/flow/club-codes/');
    await ann.submit({ password });
    await ann.sees('Save your recovery codes', 'Codes on paper');
    const code = await secretOnPage(ann);
    await ann.press();
    await ann.sees('Home');
    await signOut(ann);
    await signIn(ann);
    await ann.submit({ code });
    await ann.sees('Home');
    assert.equal(await ann.isSignedIn(), true);
    await ann.leaves();
  });

  itInCampaign('a passkey', async () => {
    const ann = await somebodyWithAccount();
    await addVirtualAuthenticator(ann.page);
    await signIn(ann);
    await ann.goto('/if/flow/club-passkey/');
    await ann.submit({ password });
    await ann.sees('Set up a passkey');
    await ann.page.getByRole('button', { name: 'Add a passkey' }).click();
    await ann.sees('Home');
    await signOut(ann);
    await signIn(ann);
    await ann.sees('Confirm it’s you');
    await ann.page.locator('main form.enrollment-form button[type=submit]').first().click();
    await ann.sees('Home');
    assert.equal(await ann.isSignedIn(), true);
    await ann.leaves();
  });

  itInCampaign('a new password', async () => {
    const ann = await somebodyWithAccount();
    await signIn(ann);
    await ann.goto('/if/flow/club-new-password/');
    await ann.submit({ password });
    await ann.sees('Choose a new password');
    const weak = 'quiet lamps over the harbour';
    assert.equal(await ann.submit({ password: weak, password_repeat: weak }), 422);
    await ann.sees('Choose a new password', 'A password of the club has a digit.');
    assert.equal(await ann.submit({ password: changed, password_repeat: changed }), 303);
    await ann.sees('Home');
    const again = await ann.elsewhere(browser);
    await signIn(again, changed);
    assert.equal(await again.isSignedIn(), true);
    await Promise.all([ann.leaves(), again.leaves()]);
  });

  itInCampaign('the profile', async () => {
    const ann = await Person.open(accounts, browser, withScripts);
    const { id } = await ann.hasAccount();
    await signIn(ann);
    await ann.goto('/if/flow/club-profile/');
    await ann.sees('About you');
    assert.equal(await ann.page.locator('[name="username"]').inputValue(), ann.name);
    assert.equal(await ann.submit({ username: 'another-name' }), 422);
    await ann.sees('About you', `${ann.name} is your nickname for good.`);
    assert.equal(await ann.submit({ username: ann.name, name: 'Ann Archer' }), 303);
    await ann.sees('Home');
    assert.equal((await accounts.app.users.findById(id))?.name, 'Ann Archer');
    await ann.leaves();
  });

  itInCampaign('consent, and a flow that asks nothing', async () => {
    const ann = await somebodyWithAccount();
    await signIn(ann);
    await ann.goto('/if/flow/club-consent/');
    await ann.sees('Allow access to your account?', 'On to Kopi Club');
    await ann.press();
    await ann.sees('Home');
    await ann.goto('/if/flow/club-without-consent/');
    await ann.sees('Home');
    await ann.leaves();
  });

  itInCampaign('a newcomer from a source picks a nickname, and comes back by the source', async () => {
    for (const heading of ['Pick a nickname', 'Home']) {
      const carl = await Person.open(accounts, browser, withScripts);
      await carl.goto('/if/flow/club-sign-in/');
      await carl.follow('Continue with Acme');
      await Promise.all([
        carl.page.waitForURL((url) => url.href.startsWith(accounts.origin)),
        carl.page.locator('button[value="carl"]').click(),
      ]);
      await carl.sees(heading);
      if (heading !== 'Home') await carl.submit({ username: 'carl-the-cook' });
      await carl.sees('Home');
      assert.equal(await carl.page.locator('strong#who').innerText(), 'carl-the-cook');
      await carl.leaves();
    }
  });

  itInCampaign('sign-up, and the end of the account', async () => {
    const bea = await Person.open(accounts, browser, withScripts);
    await bea.goto('/if/flow/club-join/');
    await bea.sees('Become a member');
    await bea.submit({ username: bea.name, email: bea.email, password: changed });
    await bea.sees('Check your email');
    await bea.submit({ code: (await bea.mail()).code });
    await bea.sees('Home');
    assert.equal(await bea.isSignedIn(), true);
    accounts.app.clock.advance(660_000);
    await bea.goto('/if/flow/club-leave/');
    await bea.submit({ password: changed });
    await bea.sees('Delete your account?');
    await bea.press();
    await bea.sees('Home');
    assert.equal(await bea.isSignedIn(), false);
    await bea.leaves();
  });
});
