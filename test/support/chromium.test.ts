import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { launchBrowser, shot } from './chromium.js';

describe("the system's Chromium", () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  it('shows a page and takes a screenshot', async () => {
    const page = await browser.newPage();
    await page.setContent('<title>Join</title><h1>Welcome</h1>');
    assert.equal(await page.title(), 'Join');
    const picture = readFileSync(await shot(page, 'services-chromium'));
    assert.equal(picture.subarray(1, 4).toString(), 'PNG');
  });

  it('has a new profile each time: a cookie of one context is not visible in another', async () => {
    const first = await browser.newContext();
    await first.addCookies([{ name: 'a', value: '1', url: 'http://localhost/' }]);
    const second = await browser.newContext();
    assert.deepEqual(await second.cookies('http://localhost/'), []);
  });
});
