import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { buttonLines } from '../support/pages/button-lines.js';
import { galleryPages } from '../support/pages/gallery-app.js';
import { visitGallery } from '../support/pages/gallery-visitor.js';
import { gallery } from '../support/pages/gallery.js';

/** A compound may end a line at its hyphen, but not with a part as short as in "e-mail" or "sign-in". */
const badBreak = /(?<!\p{L})\p{L}{1,2}[-\u2010]\||[-\u2010]\|\p{L}{1,2}(?!\p{L})/u;

describe('buttons and links at 320 px', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const { tag } of sampleOf(galleryPages().languages, 3)) {
    it(`have at most two lines, and no line ends in the middle of a short compound: ${tag}`, async () => {
      const options = { viewport: { width: 320, height: 640 } };
      const { page, htmlOf, open, close } = await visitGallery(browser, { name: tag, locale: tag, options });
      // It has both stylesheets.
      await open('account-wrong');
      const found = await buttonLines(page, [...gallery.keys()].map(htmlOf));
      await close();
      assert.ok(found.length > 50, String(found.length));
      assert.deepEqual(
        found.filter((lines) => lines.split('|').length > 2 || badBreak.test(lines)),
        [],
      );
    });
  }
});
