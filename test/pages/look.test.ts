import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'mocha';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { isCampaign } from '../support/campaign.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { gallery } from '../support/pages/gallery.js';
import { samplePages } from '../support/pages/samples.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const origin = 'http://app.example';
const policy =
  "default-src 'none'; style-src 'self'; script-src http://app.example/join/assets/; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const looks: readonly { name: string; options: BrowserContextOptions }[] = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 900 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } } },
  { name: 'phone', options: { colorScheme: 'light', viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 } },
];

const pages = samplePages();

/** A browser page that gets the gallery's pages under the kit's own Content-Security-Policy, and nothing else. */
async function visitor(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  await context.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === pages.stylesheet.path)
      return route.fulfill({ contentType: 'text/css', body: pages.stylesheet.body });
    const script = pages.scripts.get(pathname);
    if (script !== undefined) return route.fulfill({ contentType: 'text/javascript', body: script });
    const model = gallery.get(pathname.slice(1));
    if (model === undefined) return route.fulfill({ status: 404, contentType: 'text/plain', body: '' });
    return route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: { 'Content-Security-Policy': policy },
      body: pages.render(model),
    });
  });
  const page = await context.newPage();
  page.on('console', (line) => {
    if (/Content Security Policy/i.test(line.text())) complaints.push(line.text());
  });
  return { page, complaints };
}

describe('the design of the pages', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [at, { name: look, options }] of looks.entries()) {
    it(`fits without an accessibility violation: ${look}`, async () => {
      const { page, complaints } = await visitor(browser, options);
      // Outside a campaign each page is shown in one of the looks.
      const shown = [...gallery.keys()].filter((_, index) => isCampaign || index % looks.length === at);
      assert.ok(shown.length > 10);
      for (const name of shown) {
        await page.goto(`${origin}/${name}`);
        await shot(page, `pages-${name}-${look}`);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, `${name} scrolls sideways`);
        assert.deepEqual(await violations(page), [], name);
      }
      assert.deepEqual(complaints, []);
      await page.context().close();
    });

    it(`has source buttons of touch size, with a visible focus: ${look}`, async () => {
      const { page } = await visitor(browser, options);
      await page.goto(`${origin}/sources-denied`);
      const ways = '.enrollment-recognized .enrollment-link, .enrollment-source';
      const places = [...(await page.locator(ways).all()).entries()];
      assert.equal(places.length, 3);
      for (const [index, way] of places) {
        assert.ok(((await way.boundingBox())?.height ?? 0) >= 44);
        assert.equal(await outline(page, ways, index), 'none');
      }
      // By keyboard: past the brand's link, then in document order.
      await page.keyboard.press('Tab');
      for (const [index] of places) {
        await page.keyboard.press('Tab');
        assert.equal(await outline(page, ways, index), 'solid');
      }
      await page.context().close();
    });
  }

  for (const [room, viewport] of [
    ['above the keyboard of a phone', { width: 375, height: 330 }],
    ['at 400 % zoom', { width: 320, height: 256 }],
  ] as const) {
    it(`has the error's words in sight of the field with the focus: ${room}`, async () => {
      const { page } = await visitor(browser, { viewport });
      for (const name of ['code-wrong', 'account-wrong', 'password-wrong', 'choices-wrong', 'recognized-code-wrong']) {
        await page.goto(`${origin}/${name}`);
        await page.waitForFunction('document.activeElement !== document.body');
        await page.waitForFunction(errorInSight, undefined, { timeout: 5000 }).catch(() => {
          assert.fail(`${name}: the error is out of sight`);
        });
      }
      await page.context().close();
    });
  }
});

/** Whether the error of the focused field can be read where it is. */
const errorInSight = `(() => {
  const field = document.activeElement.closest('.enrollment-field');
  const { top, bottom } = field.querySelector('.enrollment-field__error').getBoundingClientRect();
  const input = document.activeElement.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight && input.top >= 0 && input.bottom <= innerHeight;
})()`;

/** How the element's focus is drawn; `none` when it is not drawn. */
async function outline(page: Page, selector: string, index: number): Promise<unknown> {
  return page.evaluate(`getComputedStyle(document.querySelectorAll('${selector}')[${String(index)}]).outlineStyle`);
}

async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`);
}
