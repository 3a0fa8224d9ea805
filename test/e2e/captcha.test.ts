import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { signInFlow } from '../../lib/index.js';
import { altcha } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';

describe('a captcha in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  before(async () => {
    [app, browser] = await Promise.all([
      openTestApp({
        flows: [signInFlow({ slug: 'sign-in', target: '/me', captcha: altcha({ difficulty: 200 }) }), signup],
      }),
      launchBrowser(),
    ]);
    await member(app, 'ann');
  });
  after(async () => {
    await browser.close();
    await app.close();
  });

  it('is solved in the background, and a form that is sent earlier is sent right after it', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (line) => void complaints.push(line.text()));
    page.on('pageerror', (error) => void complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(app.url)) complaints.push(request.url());
    });
    await page.goto(`${app.url}/if/flow/sign-in/`);
    const status = page.getByRole('status');
    assert.match((await status.textContent()) ?? '', /^Check/);
    await page.getByLabel('Username or email address').fill('ann');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.doesNotMatch((await page.getByRole('alert').textContent()) ?? '', /the check|program/);
    await page.getByText('Check complete.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/me');
    assert.match(await page.content(), /"username":"ann"/);
    assert.deepEqual(
      complaints.filter((line) => !/422/.test(line)),
      [],
    );
    await context.close();
  });
});
