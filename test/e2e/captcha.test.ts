import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { signInFlow } from '../../lib/index.js';
import { consentFlow } from '../../lib/flows.js';
import { altcha } from '../../lib/stages.js';
import { complaintsOf } from '../support/e2e/complaints.js';
import { password } from '../support/account.js';
import { submit } from '../support/e2e/browser-page.js';
import { launchBrowser } from '../support/chromium.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';

describe('a captcha, and a consent, in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  before(async () => {
    [app, browser] = await Promise.all([
      openTestApp({
        flows: [
          signInFlow({ slug: 'sign-in', target: '/me', captcha: altcha({ difficulty: 200 }) }),
          signInFlow({ slug: 'plain', target: '/me' }),
          consentFlow({
            slug: 'consent',
            target: '/me',
            application: { id: 'reports', name: 'Acme Reports' },
            permissions: [{ id: 'read', text: 'Read your calendar' }],
          }),
          signup,
        ],
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
    const complaints = complaintsOf(page);
    page.on('request', (request) => {
      if (!request.url().startsWith(app.url)) complaints.push(request.url());
    });
    await page.goto(`${app.url}/if/flow/sign-in/`);
    const status = page.getByRole('status');
    assert.match((await status.textContent()) ?? '', /^Check/);
    await page.getByLabel('Username or email address').fill('ann');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.keyboard.press('Enter');
    const errors = page.locator('.enrollment-field__error');
    await errors.waitFor();
    assert.match((await errors.textContent()) ?? '', /We couldn’t sign you in/);
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

  it('a consent is declined and given without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${app.url}/if/flow/sign-in/`);
    // Playwright switches scripts off too late for Chromium to draw it.
    assert.match((await page.locator('noscript').textContent()) ?? '', /Turn it on, then reload the page\./);
    await page.goto(`${app.url}/if/flow/plain/`);
    await submit(page, { uid_field: 'ann', password });
    await page.goto(`${app.url}/if/flow/consent/`);
    await page.getByRole('listitem').filter({ hasText: 'Read your calendar' }).waitFor();
    await page.getByRole('button', { name: 'Don’t allow' }).click();
    await page.getByText('You didn’t allow access, so nothing was shared.').waitFor();
    await page.goto(`${app.url}/if/flow/consent/`);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.waitForURL('**/me');
    await page.goto(`${app.url}/if/flow/consent/`);
    assert.equal(new URL(page.url()).pathname, '/me', 'it is not asked for again');
    await context.close();
  });
});
