import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { galleryPages } from '../support/pages/gallery-app.js';
import { gallery } from '../support/pages/gallery.js';
import { classesOfLook, galleryOfLook, lookExamples } from '../support/pages/look-example.js';

/** Buttons without a class of the stylesheet, or in the look of the browser. */
const bareButtons = `(names) => [...document.querySelectorAll('button, input[type=submit]')]
  .filter((button) => button.checkVisibility())
  .filter((button) => {
    const { borderTopStyle, backgroundColor } = getComputedStyle(button);
    const isDefault = borderTopStyle === 'outset' || backgroundColor === 'rgb(239, 239, 239)';
    return isDefault || ![...button.classList].some((name) => names.includes(name));
  })
  .map((button) => button.outerHTML)`;

/** The class names that a stylesheet has rules for. */
function classesIn(css: string): readonly string[] {
  return [...css.matchAll(/\.((?:\\.|[\w-])+)/g)].map(([, name = '']) => name.replaceAll('\\', ''));
}

describe('the looks of the examples', () => {
  let browser: Browser;
  let page: Page;
  before(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  after(() => browser.close());

  for (const [look, stylesheet] of Object.entries(lookExamples)) {
    const known = classesIn(readFileSync(stylesheet, 'utf8'));
    const states = ['account', 'recovery-codes', 'account-ending', 'account-languages', 'account-authenticator'];

    it(`${look}: every button of every page has a class of the framework`, async () => {
      const server = galleryOfLook(look).listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        for (const state of new Set([...states, ...sampleOf([...gallery.keys()], 8)])) {
          await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/${state}`);
          for (const summary of await page.locator('summary').all()) await summary.click();
          assert.deepEqual(await page.evaluate(`(${bareButtons})(${JSON.stringify(known)})`), [], state);
        }
      } finally {
        server.close();
        server.closeAllConnections();
      }
    });
  }

  it('look-bootstrap: is dark where the system is, and a wrong field has a red edge while it has the focus', async () => {
    const server = galleryOfLook('look-bootstrap').listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const root = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      const groundAndEdge = async (colorScheme: 'light' | 'dark'): Promise<unknown> => {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.goto(`${root}/account-wrong`);
        await page.locator('#field-username').focus();
        return page.evaluate(`[document.body, document.activeElement].map((element, index) =>
          getComputedStyle(element)[index === 0 ? 'backgroundColor' : 'borderTopColor'])`);
      };
      assert.deepEqual(await groundAndEdge('light'), ['rgb(248, 249, 250)', 'rgb(220, 53, 69)']);
      assert.deepEqual(await groundAndEdge('dark'), ['rgb(43, 48, 53)', 'rgb(234, 134, 143)']);
    } finally {
      await page.emulateMedia({ colorScheme: 'light' });
      server.close();
      server.closeAllConnections();
    }
  });

  it('every class name of a template is written whole, so that `classes` finds it', () => {
    const views = join(packageRoot, 'views');
    const files = readdirSync(views, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ejs'));
    const parts = files.flatMap((file) =>
      [...readFileSync(join(views, file), 'utf8').matchAll(/enrollment-[a-z_-]*[-_]<%/g)].map(([part]) => part),
    );
    assert.deepEqual([...new Set(parts)], ['enrollment-page--<%'], 'that of the page has the name of the view');
  });

  it('what the scripts add has the classes of the app', () => {
    const given = `a'b "c" [&>p]:mt-1`;
    const pages = galleryPages({ classes: { field__toggle: given, field: 'mb-3' } });
    const bodies = [...pages.scripts.values()].join('\n');
    assert.ok(bodies.includes(String.raw`button.className = 'a\x27b \x22c\x22 [&\x3ep]:mt-1'`), bodies);
    assert.ok(bodies.includes("getElementsByClassName('mb-3')"));
    assert.ok(!bodies.includes('enrollment-field__toggle'));
    assert.ok(bodies.includes('enrollment-field__control'));
  });

  it('look-tailwind: the stylesheet has every class of classes.json', () => {
    const known = new Set(classesIn(readFileSync(lookExamples['look-tailwind'] ?? '', 'utf8')));
    const used = Object.values(classesOfLook('look-tailwind')).flatMap((names) => names.split(' '));
    assert.deepEqual(
      used.filter((name) => !known.has(name)),
      [],
    );
  });
});
