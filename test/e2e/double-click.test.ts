import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { accountOf } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { accountPage, asked, fillIn, goToAccountPage, who } from '../support/e2e/browser-page.js';
import { openExampleApp, type ExampleApp } from '../support/e2e/e2e-app.js';
import { accountsIn, startExample, type Example } from '../support/e2e/example.js';
import { openObserver, type Observer } from '../support/e2e/observer.js';
import { itInCampaign } from '../support/campaign.js';

/** Two clicks so close together that the second POST leaves before the first is answered; the first answer is lost. */
async function clickTwice(page: Page, observer: Observer): Promise<void> {
  const button = page.locator('main .enrollment-form button[type=submit]');
  await button.scrollIntoViewIfNeeded();
  const { x, y } = (await button.boundingBox())!;
  observer.forget();
  observer.holdUntil(2);
  const loaded = page.waitForEvent('load');
  await page.mouse.click(x + 20, y + 20);
  await observer.arrived(1);
  await page.mouse.click(x + 20, y + 20);
  await loaded;
  assert.deepEqual(
    observer.posts().map(({ status, dropped }) => [status, dropped]),
    [
      [303, true],
      [303, false],
    ],
    'the server got both, the browser took the second answer',
  );
}

/** A page whose second click reaches the server, as without the script that holds it back. */
async function unguardedPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/submit-once.*.js', (route) => route.abort());
  return page;
}

describe('a double click in a real browser', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  describe('over Redis', () => {
    let exampleApp: ExampleApp;
    before(async () => {
      exampleApp = await openExampleApp();
    });
    after(() => exampleApp.close());

    it('on the last button makes one account, takes one seat and signs in', async () => {
      const { id, code } = await exampleApp.administrator.invite();
      const page = await unguardedPage(browser);
      await goToAccountPage(page, exampleApp.page, code);
      await fillIn(page, accountOf('twice'));
      await clickTwice(page, exampleApp.observer);
      assert.equal(page.url(), exampleApp.home);
      assert.equal(await who(page), 'twice');
      assert.deepEqual(
        (await accountsIn(exampleApp.example.database)).map(({ username, redemptionKey }) => [username, redemptionKey]),
        [['twice', `${id}:1`]],
      );
      assert.deepEqual(await exampleApp.administrator.countsOf(id), {
        state: 'used_up',
        redeemed: 1,
        claimed: 0,
        lapsed: 0,
      });
      await page.context().close();
    });

    itInCampaign('on the last button, both clicks in one task, and then going back: still one account', async () => {
      const { id, code } = await exampleApp.administrator.invite({ uses: 3 });
      const page = await browser.newPage();
      await goToAccountPage(page, exampleApp.page, code);
      await fillIn(page, accountOf('thrice'));
      // Chromium sends one POST for these clicks.
      const clicks = "for (const _ of 'ab') document.querySelector('main .enrollment-form [type=submit]').click()";
      await Promise.all([page.waitForEvent('load'), page.evaluate(clicks)]);
      await page.goBack();
      assert.equal(await who(page), 'thrice');
      assert.deepEqual(await exampleApp.administrator.countsOf(id), {
        state: 'open',
        redeemed: 1,
        claimed: 0,
        lapsed: 0,
      });
      await page.context().close();
    });

    it('on the button of the code page: one account page, and nothing spent', async () => {
      const { id, code } = await exampleApp.administrator.invite();
      const page = await unguardedPage(browser);
      await page.goto(exampleApp.page);
      await fillIn(page, { invite_code: code });
      await clickTwice(page, exampleApp.observer);
      assert.deepEqual(await asked(page), accountPage);
      assert.deepEqual(await exampleApp.administrator.countsOf(id), {
        state: 'open',
        redeemed: 0,
        claimed: 0,
        lapsed: 0,
      });
      await page.context().close();
    });
  });

  describe('over memory', () => {
    let observer: Observer;
    let example: Example;
    before(async () => {
      observer = await openObserver();
      example = await startExample({ baseUrl: observer.url });
      observer.lookAt(example.port);
    });
    after(async () => {
      observer.close();
      await example.stop();
    });

    it('on both buttons of the signup: one account, signed in', async () => {
      const page = await unguardedPage(browser);
      await page.goto(example.page);
      await fillIn(page, { invite_code: example.printed.code });
      await clickTwice(page, observer);
      await fillIn(page, accountOf('twice'));
      await clickTwice(page, observer);
      assert.equal(await who(page), 'twice');
      assert.deepEqual(
        (await accountsIn(example.database)).map(({ username }) => username),
        ['twice'],
      );
      await page.context().close();
    });
  });
});
