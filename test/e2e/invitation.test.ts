import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { accountOf } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { goToAccountPage, press, said, signUp, submit, who } from '../support/e2e/browser-page.js';
import { openExampleApp, type ExampleApp } from '../support/e2e/e2e-app.js';
import { accountsIn } from '../support/e2e/example.js';

const untouched = { state: 'open', redeemed: 0, claimed: 0, lapsed: 0 };
const done = { state: 'used_up', redeemed: 1, claimed: 0, lapsed: 0 };

describe('an invitation that is good for one account, in a real browser', () => {
  let exampleApp: ExampleApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let id: string;
  let code: string;
  let link: string;
  let name: string;
  let count = 0;
  before(async () => {
    [exampleApp, browser] = await Promise.all([openExampleApp(), launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    await exampleApp.close();
  });
  beforeEach(async () => {
    name = `invited-${(count += 1)}`;
    const invitation = await exampleApp.administrator.invite();
    ({ id, code } = invitation);
    link = invitation.url ?? '';
    context = await browser.newContext();
    page = await context.newPage();
    exampleApp.observer.forget();
  });
  afterEach(() => context.close());

  async function assertOneAccount(): Promise<void> {
    const made = (await accountsIn(exampleApp.example.database)).filter(({ redemptionKey }) =>
      redemptionKey?.startsWith(`${id}:`),
    );
    assert.deepEqual(
      made.map(({ username }) => username),
      [name],
    );
    assert.deepEqual(await exampleApp.administrator.countsOf(id), done);
  }

  it('tells the slower of two visitors with one code that it is used, and offers to start over', async () => {
    await goToAccountPage(page, exampleApp.page, code);
    const faster = await (await browser.newContext()).newPage();
    await signUp(faster, exampleApp.page, name, code);
    await faster.context().close();
    assert.equal(await submit(page, accountOf(`${name}-late`)), 403);
    assert.match(await said(page), /has already been used.*Reference: \w{8}/);
    await page.getByRole('link', { name: 'Start again' }).click();
    await page.locator('input[name=invite_code]').waitFor();
    await assertOneAccount();
  });

  describe('a link with the code in it', () => {
    it('redirects to a clean address with the code filled in, and waits for the visitor', async () => {
      await page.goto(link);
      assert.equal(page.url(), exampleApp.page);
      assert.equal(await page.locator('input[name=invite_code]').inputValue(), code);
      assert.equal(await press(page), 303);
      await submit(page, accountOf(name));
      assert.equal(await who(page), name);
      await assertOneAccount();
    });

    it('remains valid after a mail scanner has run its scripts and followed every link', async () => {
      await page.goto(link);
      assert.equal(
        await page.locator('script:not([src*="/if/assets/"]), meta[http-equiv=refresh], [onload], [autofocus]').count(),
        0,
        'nothing that acts by itself',
      );
      await page.waitForTimeout(1000);
      const links = async (): Promise<string[]> =>
        Promise.all(
          (await page.locator('a').all()).map(
            async (one) => new URL((await one.getAttribute('href')) ?? '', page.url()).href,
          ),
        );
      const followed = new Set<string>();
      for (let next: string | undefined = link; next !== undefined;) {
        followed.add(next);
        await page.goto(next);
        next = (await links()).find((href) => !followed.has(href));
      }
      assert.ok(followed.size >= 3, [...followed].join());
      assert.deepEqual(exampleApp.observer.posts(), []);
      assert.ok(!(await context.cookies()).some((cookie) => cookie.name === 'enrollment.sid'), 'nobody is signed in');
      assert.deepEqual(await exampleApp.administrator.countsOf(id), untouched);

      const person = await (await browser.newContext()).newPage();
      await person.goto(link);
      await press(person);
      await submit(person, accountOf(name));
      assert.equal(await who(person), name);
      await assertOneAccount();
      await person.context().close();
    });
  });
});
