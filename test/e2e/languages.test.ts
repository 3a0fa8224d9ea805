import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { inviteSignupFlow, signInFlow, waitlistFlow } from '../../lib/index.js';
import { shippedTags, shippedTexts } from '../../lib/pages/languages/shipped-languages.js';
import { sampleOf } from '../support/campaign.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { press, submit } from '../support/e2e/browser-page.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

// The longest words, no blanks between words, and the other direction.
const shown = sampleOf(['ar', 'ja', ...shippedTags().filter((tag) => tag !== 'ar' && tag !== 'ja')], 2);

async function chooseLanguage(page: Page, name: string): Promise<void> {
  await page.locator('.enrollment-languages summary').click();
  // Chromium cannot go back while a page is still arriving.
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name, exact: true }).click()]);
}

describe('a signup in another language, on a narrow phone', () => {
  let browser: Browser;
  let testApp: TestApp;
  before(async () => {
    browser = await launchBrowser();
    testApp = await openTestApp({
      languages: shippedTags(),
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' }),
        signInFlow({ slug: 'sign-in' }),
        waitlistFlow({ slug: 'wait' }),
      ],
      after: (app) => void app.get('/welcome', (_req, res) => void res.send('<p id="end">ok</p>')),
    });
  });
  after(async () => {
    await browser.close();
    await testApp.close();
  });

  const fits = async (page: Page, name: string): Promise<void> => {
    await shot(page, `language-${name}`);
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(wide, 0, `${name} scrolls sideways`);
    const clipped = await page.evaluate(`[...document.querySelectorAll('body *')].filter((element) =>
      element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 && getComputedStyle(element).display !== 'inline'
    ).map((element) => element.outerHTML)`);
    assert.deepEqual(clipped, [], name);
  };

  it('keeps what was typed without JavaScript, and Enter presses the button of the page', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en' });
    const page = await context.newPage();
    const { code } = await testApp.enrollment.invitations.create();
    await page.goto(`${testApp.url}${testApp.page}`);
    const field = page.locator('input[name=invite_code]');
    const turn = (name: string) => chooseLanguage(page, name);
    // Nothing is typed: Back has nothing to send again.
    await turn('Deutsch');
    await turn('English');
    await page.goBack();
    assert.match(page.url(), /\/if\/flow\/invite\/$/);
    assert.equal(await field.inputValue(), '');
    await field.fill('half of a');
    await turn('Deutsch');
    await page.getByText('Einladungscode', { exact: true }).waitFor();
    assert.equal(await field.inputValue(), 'half of a');
    await field.fill(code);
    await field.press('Enter');
    await page.locator('input[name=email]').waitFor();
    const typed = { username: 'no script', email: 'no-script@example.com' };
    for (const [name, value] of Object.entries(typed)) await page.locator(`input[name=${name}]`).fill(value);
    await page.locator('input[name=username]').press('Enter');
    await page.locator('[aria-invalid]').first().waitFor();
    assert.match(await page.locator('main').innerText(), /Benutzername/);
    await turn('English');
    await page.getByText('Username', { exact: true }).waitFor();
    assert.match(await page.locator('.enrollment-errors').innerText(), /There is a problem/);
    await shot(page, 'language-errors');
    for (const [name, value] of Object.entries(typed))
      assert.equal(await page.locator(`input[name=${name}]`).inputValue(), value);
    await context.close();
  });

  for (const tag of shown) {
    it(`fits and leads to an account: ${tag}`, async () => {
      const texts = shippedTexts(tag.toLowerCase()) ?? {};
      const context = await browser.newContext({ locale: tag, viewport: { width: 320, height: 640 } });
      const page = await context.newPage();
      const has = async (id: string): Promise<void> => {
        assert.ok((await page.locator('body').innerText()).includes(texts[id] ?? id), `${tag}: ${id}`);
      };
      const { code } = await testApp.enrollment.invitations.create();
      await page.goto(`${testApp.url}${testApp.page}`);
      assert.equal(await page.evaluate('document.documentElement.lang'), tag);
      assert.equal(await page.evaluate('document.documentElement.dir'), tag === 'ar' ? 'rtl' : 'ltr');
      await has('flow.invite.code');
      await fits(page, `${tag}-code`);
      assert.equal(await submit(page, { invite_code: 'NO-SUCH-CODE' }), 422);
      await has('invitation.unknown');
      await fits(page, `${tag}-code-error`);
      await submit(page, { invite_code: code });
      await has('flow.invite.account');
      assert.equal(await press(page), 422);
      await has('prompt.username.blank');
      await fits(page, `${tag}-account-error`);

      // English and back, in the middle of the flow.
      const name = (language: string): string =>
        new RegExp(`lang="${language}"[^>]*>([^<]+)<`).exec(switchLinks)?.[1] ?? language;
      const switchLinks = await page.locator('.enrollment-languages').innerHTML();
      await page.locator('input[name=username]').fill('half');
      await chooseLanguage(page, name('en'));
      await page.getByText('Username', { exact: true }).waitFor();
      await chooseLanguage(page, name(tag));
      await has('flow.invite.account');
      assert.equal(await page.locator('input[name=username]').inputValue(), 'half');
      assert.equal(page.url(), `${testApp.url}${testApp.page}`);

      const password = 'correct horse battery staple';
      testApp.canaries.add(password);
      await page.locator('input[name=username]').fill(`ann-${tag.toLowerCase()}`);
      await page.locator('input[name=email]').fill(`ann-${tag.toLowerCase()}@example.com`);
      await page.locator('input[name=password]').fill(password);
      await page.locator('main .enrollment-form button[type=submit]').first().click();
      await page.locator('#end').waitFor();
      await context.close();
    });
  }
});
