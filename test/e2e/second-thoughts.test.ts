import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { accountOf, password } from '../support/account.js';
import {
  accountPage,
  asked,
  codePage,
  fillIn,
  goToAccountPage,
  press,
  said,
  signUp,
  submit,
  who,
} from '../support/e2e/browser-page.js';
import { openExampleApp, type ExampleApp } from '../support/e2e/e2e-app.js';
import { launchEverydayBrowser, pressBack, watchPages } from '../support/e2e/everyday-browser.js';
import { accountsIn } from '../support/e2e/example.js';
import { waitUntil } from '../support/wait-until.js';
import { itInCampaign } from '../support/campaign.js';

const done = { state: 'used_up', redeemed: 1, claimed: 0, lapsed: 0 };
const isSession = ({ name }: { readonly name: string }): boolean => name === 'enrollment.sid';
const untouched = { state: 'open', redeemed: 0, claimed: 0, lapsed: 0 };

describe('going back, reloading and second tabs during signup, in a real browser', () => {
  let exampleApp: ExampleApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let id: string;
  let code: string;
  let name: string;
  let count = 0;
  before(async () => {
    [exampleApp, browser] = await Promise.all([openExampleApp(), launchEverydayBrowser()]);
  });
  after(async () => {
    await browser.close();
    await exampleApp.close();
  });
  beforeEach(async () => {
    name = `guest-${(count += 1)}`;
    ({ id, code } = await exampleApp.administrator.invite());
    context = await browser.newContext();
    page = await context.newPage();
    await watchPages(page);
    exampleApp.observer.forget();
  });
  afterEach(() => context.close());

  /** Asserts that this test's invitation created one account, with this name. */
  async function assertOneAccount(of = name): Promise<void> {
    const made = (await accountsIn(exampleApp.example.database)).filter(({ redemptionKey }) =>
      redemptionKey?.startsWith(`${id}:`),
    );
    assert.deepEqual(
      made.map(({ username }) => username),
      [of],
    );
    assert.deepEqual(await exampleApp.administrator.countsOf(id), done);
  }

  describe('the back button', () => {
    itInCampaign('after the code page: sending the code again redirects to the account page', async () => {
      await page.goto(exampleApp.home);
      await goToAccountPage(page, exampleApp.page, code);
      await pressBack(page);
      if ((await asked(page)).includes('invite_code')) assert.equal(await submit(page, { invite_code: code }), 303);
      assert.deepEqual(await asked(page), accountPage);
      await submit(page, accountOf(name));
      assert.equal(await who(page), name);
      await assertOneAccount();
    });

    it('after the end redirects to the start page, signed in, every time', async () => {
      await page.goto(exampleApp.home);
      await signUp(page, exampleApp.page, name, code);
      for (const left of ['the account page', 'the code page']) {
        assert.equal(await pressBack(page), 'anew', `${left} is not brought back`);
        assert.equal(page.url(), exampleApp.home);
        assert.equal(await who(page), name);
      }
      await assertOneAccount();
    });

    it('after signing out reveals nothing private', async () => {
      await context.route('**/about', (route) => route.fulfill({ contentType: 'text/html', body: 'About the club' }));
      await page.goto(`${exampleApp.home}about`);
      await page.goto(exampleApp.home);
      assert.equal(await pressBack(page), 'as it was', 'this browser brings pages back as they were left');
      await signUp(page, exampleApp.page, name, code);
      await page.goto(`${exampleApp.home}?again`);
      assert.equal(await who(page), name);
      await press(page);
      assert.equal(await who(page), null);
      assert.deepEqual((await context.cookies()).filter(isSession), [], 'the cookie is gone');
      assert.equal(await pressBack(page), 'anew', 'a cookie that changed keeps pages from being brought back');
      assert.equal(await who(page), null);
      for (let presses = 2; presses <= 4; presses += 1) {
        await pressBack(page);
        await waitUntil(
          async () => ((await page.content().catch(() => name)).includes(name) ? undefined : true),
          () => `private after ${presses} times back`,
          2000,
        );
      }
    });
  });

  describe('reloading', () => {
    it('repeats nothing at any step', async () => {
      const reload = async (): Promise<void> => {
        await page.reload();
      };
      await page.goto(exampleApp.page);
      await reload();
      assert.deepEqual(await asked(page), codePage);
      await submit(page, { invite_code: 'wrong' });
      await reload();
      assert.match(await said(page), /can’t find an invitation/);
      await submit(page, { invite_code: code });
      await reload();
      assert.deepEqual(await asked(page), accountPage);
      await submit(page, { ...accountOf(name), password_repeat: 'another' });
      await reload();
      assert.match(await said(page), /passwords don’t match/);
      assert.equal(await page.locator('input[name=username]').inputValue(), name);
      await submit(page, { password, password_repeat: password });
      await reload();
      assert.equal(await who(page), name);
      await assertOneAccount();
    });
  });

  describe('a second tab', () => {
    let other: Page;
    beforeEach(async () => {
      other = await context.newPage();
    });

    itInCampaign('with the code page still open redirects to the step of the first tab', async () => {
      await other.goto(exampleApp.page);
      await goToAccountPage(page, exampleApp.page, code);
      assert.equal(await submit(other, { invite_code: code }), 303);
      assert.deepEqual(await asked(other), accountPage);
      await submit(other, accountOf(name));
      assert.equal(await who(other), name);
      await assertOneAccount();
    });

    itInCampaign('opened mid-flow shows the same step; sent for another person, it names the user', async () => {
      await goToAccountPage(page, exampleApp.page, code);
      await other.goto(exampleApp.page);
      assert.deepEqual(await asked(other), accountPage);
      await submit(page, accountOf(name));
      assert.equal(await submit(other, accountOf(`${name}-too`)), 403);
      assert.match(await said(other), new RegExp(`signed in as ${name}\\b`));
      await other.goto(exampleApp.home);
      assert.equal(await who(other), name);
      await assertOneAccount();
    });

    itInCampaign('opened at the end redirects to the start page, signed in', async () => {
      await signUp(page, exampleApp.page, name, code);
      await other.goto(exampleApp.page);
      assert.equal(await who(other), name);
      await assertOneAccount();
    });

    it('submitting the last page in both tabs at once makes one account and signs in both tabs', async () => {
      await goToAccountPage(page, exampleApp.page, code);
      await other.goto(exampleApp.page);
      await Promise.all([fillIn(page, accountOf(`${name}-a`)), fillIn(other, accountOf(`${name}-b`))]);
      exampleApp.observer.forget();
      exampleApp.observer.holdUntil(2);
      await Promise.all([press(page), press(other)]);
      // If the losing request loads its page after the other one finished, that page says so. Both are signed in.
      await Promise.all([page.goto(exampleApp.home), other.goto(exampleApp.home)]);
      const winner = (await who(page)) ?? '';
      assert.ok([`${name}-a`, `${name}-b`].includes(winner));
      assert.equal(await who(other), winner);
      await assertOneAccount(winner);
    });

    itInCampaign('that cancels ends the plan of both tabs, and the invitation stays usable', async () => {
      await goToAccountPage(page, exampleApp.page, code);
      await other.goto(exampleApp.page);
      await other.getByRole('button', { name: 'Cancel' }).click();
      await other.getByRole('heading', { name: 'Stop signing up?' }).waitFor();
      await other.getByRole('button', { name: 'Stop signing up' }).click();
      await other.getByText('Sign-up canceled').waitFor();
      assert.deepEqual(await asked(other), codePage);
      assert.equal(await submit(page, accountOf(name)), 403);
      assert.match(await said(page), /no longer valid/);
      await page.getByRole('link', { name: 'Start again' }).click();
      await page.locator('input[name=invite_code]').waitFor();
      assert.deepEqual(await exampleApp.administrator.countsOf(id), untouched);
    });
  });
});
