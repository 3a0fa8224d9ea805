import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { wholeChromium } from '../support/chromium.js';
import { asked, codePage, said, submit } from '../support/e2e/browser-page.js';
import { accountsIn, startExample, wordOfThisYear, type Example } from '../support/e2e/example.js';
import { openObserver, type Observer } from '../support/e2e/observer.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Chromium with "block all cookies" switched on. */
async function browserWithoutCookies(): Promise<BrowserContext> {
  const profile = temporaryFolder();
  mkdirSync(join(profile, 'Default'));
  writeFileSync(
    join(profile, 'Default', 'Preferences'),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
  );
  return chromium.launchPersistentContext(profile, {
    executablePath: wholeChromium(),
    args: ['--headless', '--disable-gpu', '--no-first-run'],
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

describe('a browser that blocks all cookies', () => {
  let observer: Observer;
  let example: Example;
  let context: BrowserContext;
  let page: Page;
  before(async () => {
    observer = await openObserver();
    [example, context] = await Promise.all([startExample({ baseUrl: observer.url }), browserWithoutCookies()]);
    observer.lookAt(example.port);
    page = await context.newPage();
  });
  after(async () => {
    await context.close();
    observer.close();
    await example.stop();
  });

  it('sees the first page, and then a page that asks to allow cookies, on every attempt', async () => {
    for (let tries = 0; tries < 2; tries += 1) {
      await page.goto(example.page);
      assert.deepEqual(await context.cookies(), []);
      assert.deepEqual(await asked(page), codePage);
      assert.equal(await submit(page, { invite_code: wordOfThisYear }), 403);
      assert.match(await said(page), /Please allow cookies/);
      await page.getByRole('link', { name: 'Start again' }).click();
      await page.locator('input[name=invite_code]').waitFor();
    }
    assert.deepEqual(await accountsIn(example.database), []);
  });

  it('is not redirected in a loop by a link with a code', async () => {
    observer.forget();
    await page.goto(example.printed.link);
    assert.equal(page.url(), example.page);
    assert.deepEqual(
      observer.seen.filter(({ path }) => path.includes('/if/flow/')).map(({ status }) => status),
      [303, 200],
    );
    assert.deepEqual(await asked(page), codePage);
  });
});
