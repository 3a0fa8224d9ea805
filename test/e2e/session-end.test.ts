import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inviteSignupFlow } from '../../lib/index.js';
import { complaintsOf } from '../support/e2e/complaints.js';
import { password } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { goToAccountPage, press, submit } from '../support/e2e/browser-page.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a page whose time ends, in a browser', () => {
  let browser: Browser;
  let testApp: TestApp;
  let context: BrowserContext;
  let page: Page;
  let code: string;
  let complaints: string[];
  before(async () => {
    browser = await launchBrowser();
    testApp = await openTestApp({
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' })],
      after: (app) => void app.get('/welcome', (_req, res) => void res.send('<p>welcome</p>')),
    });
    ({ code } = await testApp.enrollment.invitations.create({ uses: 9 }));
    await new Visitor(testApp).signUp(code, 'taken');
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    complaints = complaintsOf(page);
    await page.clock.install();
    await goToAccountPage(page, testApp.url + testApp.page, code);
  });
  afterEach(() => context.close());
  after(async () => {
    await browser.close();
    await testApp.close();
  });

  const region = () => page.locator('main form [role=status].enrollment-ending');
  /** For the page and for the server. */
  async function pass(minutes: number): Promise<void> {
    testApp.clock.advance(minutes * 60_000);
    await page.clock.fastForward(minutes * 60_000);
  }

  it('says so two minutes before, politely, and gives more time without a loss', async () => {
    await page.locator('[name=username]').fill('ann');
    await page.locator('[name=password]').fill(password);
    await pass(57.9);
    assert.equal(await region().innerText(), '');
    await pass(0.2);
    assert.match(await region().innerText(), /^Your session ends in less than two minutes\.\s+Get more time$/);
    assert.equal(await page.locator(':focus').getAttribute('name'), 'password', 'the focus stays');
    await page.keyboard.press('Shift+Tab');
    const button = page.getByRole('button', { name: 'Get more time' });
    await button.focus();
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.keyboard.press('Enter'),
    ]);
    assert.equal(answer.status(), 200);
    await page.getByText('You have more time now.').waitFor();
    assert.equal(await button.count(), 0);
    assert.equal(await page.locator(':focus').count(), 1);
    await pass(57.9);
    assert.equal(await region().innerText(), 'You have more time now.');
    await pass(0.2);
    assert.match(await region().innerText(), /Get more time/);
    await page.locator('[name=email]').fill('ann@example.com');
    assert.equal(await press(page), 303, 'name and password are as they were typed');
    assert.equal(page.url(), `${testApp.url}/welcome`);
    assert.deepEqual(complaints, []);
  });

  it('says what has expired, first the saved password', async () => {
    await submit(page, { username: 'taken', email: 'late@example.com', password });
    await pass(8.1);
    assert.match(await region().innerText(), /^Your saved password expires in less than two minutes/);
    await pass(2);
    assert.match(await region().innerText(), /^Your saved password has expired\. Enter your password again\.$/);
    assert.doesNotMatch(await page.locator('main').innerText(), /is saved|optional/);
    assert.equal(await page.locator('[name=password]').isVisible(), true);
    await pass(48);
    assert.match(await region().innerText(), /^Your session ends/);
    await pass(2);
    assert.equal(await region().innerText(), 'Your session has expired. Reload this page to start again.');
    complaints.length = 0;
  });

  it('says when the place is reserved no longer, and that it is not yet lost', async () => {
    const scarce = await testApp.enrollment.invitations.create({ uses: 1, reserve: '15m' });
    await context.clearCookies();
    await goToAccountPage(page, testApp.url + testApp.page, scarce.code);
    await pass(13.1);
    assert.equal(
      await region().innerText(),
      'Your place is reserved for less than two more minutes. Finish before then to keep it.',
    );
    await pass(2);
    assert.match(await region().innerText(), /^Your place isn’t reserved anymore\. You can still sign up/);
    await pass(43);
    assert.match(await region().innerText(), /^Your session ends in less than two minutes\.\s+Get more time$/);
  });
});
