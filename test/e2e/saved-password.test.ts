import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { Secret } from '../../lib/base/secret.js';
import { inviteSignupFlow } from '../../lib/index.js';
import { password } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { goToAccountPage, said, submit } from '../support/e2e/browser-page.js';
import { openTestApp, quickPasswords, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const another = 'nine quiet lamps in the rain';

describe('a page that says that the password is saved, in a real browser', () => {
  let browser: Browser;
  let testApp: TestApp;
  let code: string;
  let count = 0;
  let name = '';
  before(async () => {
    browser = await launchBrowser();
    testApp = await openTestApp({
      flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' })],
    });
    ({ code } = await testApp.enrollment.invitations.create({ uses: 50 }));
    await new Visitor(testApp).signUp(code, 'taken');
  });
  beforeEach(() => {
    name = `saved-${String((count += 1))}`;
  });
  after(async () => {
    await testApp.close();
    await browser.close();
  });

  const open = async (options: BrowserContextOptions): Promise<Page> =>
    (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage();

  /** Sends the account page with a name that is taken. */
  async function refused(page: Page): Promise<void> {
    await goToAccountPage(page, testApp.url + testApp.page, code);
    const account = { username: 'taken', email: `${name}@example.com`, password };
    assert.equal(await submit(page, account), 422);
    assert.match(await said(page), /Your password is saved\./);
  }

  const verifies = async (typed: string): Promise<boolean> => {
    const member = testApp.members.find(({ username }) => username === name) ?? assert.fail('no account');
    const hash = (await testApp.users.passwordHash?.(member)) ?? '';
    return quickPasswords.verify(hash, new Secret(typed));
  };

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with' : 'without';

    it(`${how} JavaScript: has the focus on what was wrong, and needs nothing else`, async () => {
      const page = await open({ javaScriptEnabled });
      await refused(page);
      assert.equal(await page.locator(':focus').getAttribute('name'), 'username');
      assert.equal(await page.locator('input[name=password]').isVisible(), false);
      assert.equal(await submit(page, { username: name }), 303);
      assert.equal(page.url(), `${testApp.url}/welcome`);
      assert.equal(await verifies(password), true);
      await page.context().close();
    });
  }

  it('without JavaScript: the keyboard opens the field for another one', async () => {
    const page = await open({ javaScriptEnabled: false });
    await refused(page);
    await page.locator('summary').focus();
    await page.keyboard.press('Enter');
    assert.equal(await submit(page, { username: name, password: another }), 303);
    assert.equal(await verifies(another), true);
    await page.context().close();
  });
});
