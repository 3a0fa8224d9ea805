import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { authenticatorSetupFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { password } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { press, submit } from '../support/e2e/browser-page.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';

describe('a second factor in a browser without JavaScript', () => {
  let app: TestApp;
  let browser: Browser;
  before(async () => {
    [app, browser] = await Promise.all([
      openTestApp({
        authenticators: memoryAuthenticators(),
        flows: [
          signInFlow({ slug: 'sign-in', target: '/me', secondFactor: true }),
          authenticatorSetupFlow({ slug: 'totp', type: 'totp', target: '/me' }),
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

  async function signedIn(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${app.url}/if/flow/sign-in/`);
    await submit(page, { uid_field: 'ann', password });
    return page;
  }

  it('is set up from the key on the page, and then asked for', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await signedIn(context);
    await page.goto(`${app.url}/if/flow/totp/`);
    await submit(page, { password });
    const qr = page.getByRole('img', { name: 'QR code' });
    const { width = 0, height = 0 } = (await qr.boundingBox()) ?? {};
    assert.ok(width > 150 && Math.abs(width - height) < 1, `${String(width)} by ${String(height)}`);
    const secret = ((await page.locator('.enrollment-code').textContent()) ?? '').replaceAll(' ', '');
    const code = (): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
    await submit(page, { code: code() });
    await page.getByRole('heading', { name: 'Save your recovery codes' }).waitFor();
    assert.equal(
      await page
        .getByRole('listitem')
        .filter({ hasText: /^[0-9A-Z]{5}-[0-9A-Z]{5}$/ })
        .count(),
      10,
    );
    assert.equal(await press(page), 303);

    app.clock.advance(30_000);
    const other = await browser.newContext({ javaScriptEnabled: false });
    const again = await signedIn(other);
    await again.getByRole('heading', { name: 'Confirm it’s you' }).waitFor();
    await submit(again, { code: code() });
    assert.equal(new URL(again.url()).pathname, '/me');
    assert.match(await again.content(), /"username":"ann"/);
    await Promise.all([context.close(), other.close()]);
  });
});
