import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { isCampaign } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { errorsOutOfSight } from '../support/pages/errors-in-sight.js';
import { galleryPages } from '../support/pages/gallery-app.js';
import { visitGallery } from '../support/pages/gallery-visitor.js';
import { longestError } from '../support/pages/longest-error.js';

const sizes = { 'a phone with its keyboard open': [375, 330], 'a zoom of 400 %': [320, 256] } as const;
const wrongStates = ['account-wrong', 'code-wrong', 'password-wrong', 'choices-wrong', 'prompts-wrong'];
const tags = galleryPages().languages.map(({ tag }) => tag);

/** All in a campaign; otherwise one state for each variant. */
const statesOf = (at: number): readonly string[] =>
  wrongStates.filter((_, index) => isCampaign || index === at % wrongStates.length);

describe('an error in a small window', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [size, [width, height]] of Object.entries(sizes)) {
    const options = { viewport: { width, height } };

    it(`is in sight as a whole with its field, with the longest sentence of each of nine languages: ${size}`, async () => {
      assert.equal(tags.length, 9);
      const faults: Record<string, readonly string[]> = {};
      for (const [at, locale] of tags.entries()) {
        const variant = { name: locale, locale, error: longestError(locale), options };
        const { page, open, close } = await visitGallery(browser, variant);
        for (const state of statesOf(at)) {
          await open(state);
          const found = await errorsOutOfSight(page);
          if (found.length > 0) faults[`${locale} ${state}`] = found;
        }
        await close();
      }
      assert.deepEqual(faults, {});
    });

    // Eight lines at 400 %. Text areas are taller: there, browsers show the line that one types in.
    it(`is in sight as a whole where it has eight lines, without JavaScript too: ${size}`, async () => {
      const noScript = { ...options, javaScriptEnabled: false };
      const faults: Record<string, readonly string[]> = {};
      for (const one of [options, noScript]) {
        const { page, open, close } = await visitGallery(browser, { name: 'long', text: 'long', options: one });
        for (const state of wrongStates.slice(0, isCampaign ? 4 : 2)) {
          await open(state);
          const found = await errorsOutOfSight(page);
          if (found.length > 0) faults[state] = found;
        }
        await close();
      }
      assert.deepEqual(faults, {});
    });
  }
});
