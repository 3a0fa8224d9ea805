import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'mocha';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { accountOf } from '../support/account.js';
import { fillIn, goToAccountPage, said, submit } from '../support/e2e/browser-page.js';
import { startExample, type Example } from '../support/e2e/example.js';
import { signUpSteps } from '../support/e2e/sign-up-steps.js';
import { openTestApp } from '../support/http/test-app.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks: readonly { readonly look: string; readonly options: BrowserContextOptions }[] = [
  { look: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 800 } } },
  { look: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
  { look: 'phone', options: { colorScheme: 'light', viewport: { width: 320, height: 568 } } },
];

describe('the signup pages, in a browser', () => {
  let example: Example;
  let browser: Browser;
  before(async () => {
    [example, browser] = await Promise.all([startExample(), launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    await example.stop();
  });

  async function violationsOf(page: Page): Promise<unknown> {
    await page.evaluate(axe);
    return page.evaluate(`axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`);
  }

  async function sidewaysOf(page: Page): Promise<unknown> {
    return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  for (const { look, options } of sampleOf(looks, 1)) {
    itInCampaign(`fit, are accessible and obey their content security policy: ${look}`, async () => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (line) => {
        if (/content security policy/i.test(line.text())) complaints.push(line.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      const seen: string[] = [];
      for await (const name of signUpSteps(page, example)) {
        seen.push(name);
        await shot(page, `e2e-${name.replaceAll(' ', '-')}-${look}`);
        assert.equal(await sidewaysOf(page), 0, `${name} scrolls sideways`);
        assert.deepEqual(await violationsOf(page), [], name);
      }
      assert.equal(seen.length, 12);
      assert.deepEqual(complaints, []);
      await page.evaluate("document.body.setAttribute('style', 'color: red')");
      assert.equal(complaints.length, 1, 'a complaint would have been heard');
      await context.close();
    });
  }

  itInCampaign('keep everything on screen at double text size (WCAG 1.4.4)', async () => {
    const context = await browser.newContext({ viewport: { width: 640, height: 800 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Page.setFontSizes', { fontSizes: { standard: 32 } });
    for await (const name of signUpSteps(page, example)) {
      assert.equal(await page.evaluate('getComputedStyle(document.documentElement).fontSize'), '32px');
      assert.equal(await sidewaysOf(page), 0, `${name} scrolls sideways`);
      const clipped = await page.evaluate(`[...document.querySelectorAll('main *')].filter((element) =>
        element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 && getComputedStyle(element).display !== 'inline'
      ).map((element) => element.outerHTML)`);
      assert.deepEqual(clipped, [], name);
    }
    await context.close();
  });

  it('speak German to a browser that prefers it, errors too, up to the account', async () => {
    const de = {
      'flow.invite.title': 'Mit Einladung registrieren',
      'flow.invite.code': 'Einladungscode',
      'flow.invite.account': 'Konto anlegen',
      'form.submit': 'Weiter',
      'invitation.unknown': 'Diesen Code gibt es nicht.',
      'prompt.username.form': 'Ohne Leerzeichen, bitte: Größe zählt nicht.',
    };
    const testApp = await openTestApp({
      messages: { de },
      after: (app) => void app.get('/welcome', (_req, res) => void res.send('<strong id="who">willkommen</strong>')),
    });
    const { code } = await testApp.enrollment.invitations.create();
    const context = await browser.newContext({ locale: 'de-AT' });
    const page = await context.newPage();
    const lang = (): Promise<unknown> => page.evaluate('document.documentElement.lang');

    await page.goto(testApp.url + testApp.page);
    assert.equal(await lang(), 'de');
    assert.match(await said(page), /Mit Einladung registrieren.*Weiter/);
    assert.equal(await submit(page, { invite_code: 'NO-SUCH-CODE' }), 422);
    assert.equal(await lang(), 'de');
    assert.match(await said(page), /Diesen Code gibt es nicht\./);
    await page.getByLabel('Einladungscode').fill(code);
    await page.getByRole('button', { name: 'Weiter' }).click();
    await page.getByRole('heading', { name: 'Konto anlegen' }).waitFor();
    assert.equal(await submit(page, { ...accountOf('jörg'), username: 'jörg groß' }), 422);
    assert.match(await said(page), /Ohne Leerzeichen, bitte: Größe zählt nicht\./);
    // The password was accepted, and is saved.
    await fillIn(page, { username: 'joerg' });
    await page.locator('main .enrollment-form button[type=submit]').click();
    await page.waitForURL('**/welcome');
    assert.deepEqual(
      testApp.members.map(({ username }) => username),
      ['joerg'],
    );
    await context.close();
    await testApp.close();
  });

  it('label each field for password managers', async () => {
    const page = await browser.newPage();
    await page.goto(example.page);
    const fields = (): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('main form input:not([type=hidden])')].map(
        ({ name, type, autocomplete, labels, form }) => [name, type, autocomplete, labels.length, form.method])`);
    assert.deepEqual(await fields(), [['invite_code', 'text', 'off', 1, 'post']]);
    await goToAccountPage(page, example.page);
    assert.deepEqual(await fields(), [
      ['username', 'text', 'username', 1, 'post'],
      ['email', 'email', 'email', 1, 'post'],
      ['password', 'password', 'new-password', 1, 'post'],
      ['password_repeat', 'password', 'new-password', 1, 'post'],
    ]);
    await page.context().close();
  });
});
