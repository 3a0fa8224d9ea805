import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { accountOf } from '../support/account.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { submit } from '../support/e2e/browser-page.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

describe('an invitation’s link in the browser of a signed-in user', () => {
  let testApp: TestApp;
  let browser: Browser;
  before(async () => {
    [testApp, browser] = await Promise.all([openTestApp(), launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    await testApp.close();
  });

  it('F24: says who is signed in, signs out with its button, and fills in the code', async () => {
    const { code, url } = await testApp.enrollment.invitations.create({ uses: 2 });
    const page = await (await browser.newContext({ viewport: { width: 640, height: 560 } })).newPage();
    await page.goto(url ?? '');
    await submit(page, {});
    await submit(page, accountOf('wayan'));
    await page.goto(url ?? '');
    await shot(page, 'e2e-signed-in-at-link');
    assert.match(await page.innerText('main'), /You’re signed in as wayan/);
    await page.click('text=Sign out and continue');
    assert.equal(await page.inputValue('[name=invite_code]'), code);
    await shot(page, 'e2e-signed-out-at-link');
    // Going back in the history shows nothing of the previous user.
    await page.goBack();
    assert.doesNotMatch(await page.innerText('body'), /wayan/);
  });
});
