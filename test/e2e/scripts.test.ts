import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { inviteSignupFlow } from '../../lib/index.js';
import { launchBrowser } from '../support/chromium.js';
import { password } from '../support/account.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

describe('the scripts of the pages, in a browser', () => {
  let browser: Browser;
  let testApp: TestApp;
  let page: Page;
  let complaints: string[];
  before(async () => {
    browser = await launchBrowser();
    testApp = await openTestApp({
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' })],
      after: (app) => void app.get('/welcome', (_req, res) => void res.send('<p id="who">welcome</p>')),
    });
    page = await browser.newPage();
    complaints = [];
    page.on('console', (line) => void complaints.push(line.text()));
    page.on('pageerror', (error) => void complaints.push(error.message));
  });
  after(async () => {
    await browser.close();
    await testApp.close();
  });

  it('take a pasted link, group a complete code and find a typo before it is sent', async () => {
    const { code: issued } = await testApp.enrollment.invitations.create();
    await page.goto(testApp.url + testApp.page);
    const field = page.getByLabel('Invitation code');
    const note = page.locator('.enrollment-field__note');
    await field.pressSequentially(issued.replaceAll('-', '').toLowerCase());
    assert.equal(await field.inputValue(), issued);
    assert.equal(await note.innerText(), '');
    const wrong = issued.slice(0, -1) + (issued.endsWith('A') ? 'B' : 'A');
    await field.fill('');
    await field.pressSequentially(wrong.replaceAll('-', ''));
    assert.match(await note.innerText(), /typo/);
    await field.fill('');
    await field.pressSequentially('spring-2026');
    assert.equal(await field.inputValue(), 'spring-2026', 'a code that a person chose stays as it is');
    await page.evaluate(`(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', '${testApp.url}/if/flow/invite/?invite=${issued}');
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.querySelector('[name=invite_code]').dispatchEvent(event);
    })()`);
    assert.equal(await field.inputValue(), issued);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Username').waitFor();
  });

  it('show a password, say when it is long enough, and send it once', async () => {
    await page.getByLabel('Username').fill('ann');
    await page.getByLabel('Email').fill('ann@example.com');
    const field = page.locator('input[name=password]');
    await field.fill('short');
    assert.equal(await page.getByText('Too short').count(), 1);
    await field.fill(password);
    assert.equal(await page.getByText('Too short').count(), 0);
    await page.getByRole('button', { name: 'Show' }).first().click();
    assert.equal(await field.getAttribute('type'), 'text');
    const posts: string[] = [];
    page.on('request', (request) => void (request.method() === 'POST' && posts.push(request.url())));
    await page.locator('main button[type=submit]').dblclick();
    await page.waitForURL('**/welcome');
    assert.equal(posts.length, 1);
    assert.deepEqual(complaints, []);
  });
});
