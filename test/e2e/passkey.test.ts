import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { password } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { press, submit } from '../support/e2e/browser-page.js';
import { openPasskeyApp, type PasskeyApp } from '../support/http/passkey-app.js';
import { member } from '../support/http/sign-in-app.js';

describe('passkeys in a browser', () => {
  let opened: PasskeyApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let cdp: CDPSession;
  let authenticatorId: string;
  before(async () => {
    [opened, browser] = await Promise.all([openPasskeyApp({ webauthnStage: true, target: '/me' }), launchBrowser()]);
    await member(opened.app, 'ann');
    context = await browser.newContext();
    page = await context.newPage();
    cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable', { enableUI: false });
    ({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        // The page waits for a visitor; the passkey of the browser's own list comes at once.
        automaticPresenceSimulation: true,
      },
    }));
  });
  after(async () => {
    await browser.close();
    await opened.app.close();
  });

  const to = (path: string): string => `${opened.origin}${path}`;
  const isSignedIn = async (): Promise<boolean> =>
    (await (await context.request.get(to('/me'))).text()).includes('"ann"');
  const signOut = async (): Promise<void> => {
    await context.request.post(to('/sign-out'), { maxRedirects: 0 });
    opened.app.clock.advance(121_000);
    assert.equal(await isSignedIn(), false);
  };
  /** Browsers then offer no passkey by themselves. */
  const setPresence = (enabled: boolean) =>
    cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });

  it('one is set up, signs in as a second factor, alone, and from the list of names', async () => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error' && !line.text().includes('404')) faults.push(line.text());
    });
    await page.goto(to('/if/flow/sign-in/'));
    await submit(page, { uid_field: 'ann', password });
    assert.equal(await isSignedIn(), true);

    await page.goto(to('/if/flow/passkey/'));
    await submit(page, { password });
    await page.getByText('Press the button, then follow').waitFor();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('heading', { name: 'Save your recovery codes' }).waitFor();
    await press(page);
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    assert.deepEqual(
      credentials.map(({ rpId, isResidentCredential }) => [rpId, isResidentCredential]),
      [['localhost', true]],
    );
    await signOut();

    // From the list: the virtual authenticator chooses at once.
    await page.goto(to('/if/flow/sign-in/'));
    await page.waitForURL(to('/me'));
    assert.equal(await isSignedIn(), true);
    await signOut();

    await page.goto(to('/if/flow/passwordless/'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(to('/inside'));
    assert.equal(await isSignedIn(), true);
    await signOut();

    await setPresence(false);
    await page.goto(to('/if/flow/sign-in/'));
    await submit(page, { uid_field: 'ann', password });
    await page.getByRole('heading', { name: 'Confirm it’s you' }).waitFor();
    assert.equal(await isSignedIn(), false);
    await page.getByRole('button', { name: 'Use a code instead' }).click();
    await page.getByLabel('Recovery code').waitFor();
    await page.getByRole('button', { name: 'Use a passkey instead' }).click();
    await page.getByText('Press the button and use your passkey').waitFor();
    await setPresence(true);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(to('/me'));
    assert.equal(await isSignedIn(), true);
    assert.deepEqual(faults, []);
    await signOut();
  });

  it('without JavaScript the page says what it needs, and a code signs in', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const other = await plain.newPage();
    await other.goto(to('/if/flow/sign-in/'));
    await submit(other, { uid_field: 'ann', password });
    await other.getByText('Passkeys need JavaScript').waitFor();
    await other.getByRole('button', { name: 'Use a code instead' }).click();
    await other.getByLabel('Recovery code').waitFor();
    await plain.close();
  });
});
