import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { isCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { visitGallery } from '../support/pages/gallery-visitor.js';
import { gallery } from '../support/pages/gallery.js';
import { htmlFaults } from '../support/pages/html-faults.js';
import { lookFaults, widthFaults } from '../support/pages/look-faults.js';
import { combinedVariants, longWordVariants, lookVariants } from '../support/pages/look-variants.js';

/** Everything in a campaign; otherwise a sample of the states, each in one variant. */
const variants = isCampaign ? [...lookVariants, ...combinedVariants] : lookVariants;
const statesOf = (at: number): readonly string[] =>
  sampleOf([...gallery.keys()], 40).filter((_, index) => isCampaign || index % variants.length === at);

/** One for each kind of field. */
const wrongStates = [
  ...['code-wrong', 'account-wrong', 'password-wrong', 'choices-wrong', 'recognized-code-wrong'],
  ...['account-authenticator', 'account-connections', 'passkey-wrong'],
];

describe('the design of the pages', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [at, variant] of variants.entries()) {
    it(`fits, can be read and asks no other origin: ${variant.name}`, async () => {
      const { page, complaints, open, htmlOf, close } = await visitGallery(browser, variant);
      const faults: Record<string, readonly string[]> = {};
      for (const state of statesOf(at)) {
        await open(state);
        const found = [...(await htmlFaults(htmlOf(state))), ...(await lookFaults(page)), ...complaints()];
        if (found.length > 0) faults[state] = found;
      }
      await close();
      assert.deepEqual(faults, {});
    });
  }

  for (const [at, variant] of longWordVariants.entries()) {
    it(`stays as wide as the window with long words in every place: ${variant.name}`, async () => {
      const { page, open, close } = await visitGallery(browser, variant);
      const faults: Record<string, readonly string[]> = {};
      const states = [...gallery.keys()];
      for (const state of isCampaign ? states : sampleOf(states.slice(at), 6)) {
        await open(state);
        const found = await widthFaults(page);
        if (found.length > 0) faults[state] = found;
      }
      await close();
      assert.deepEqual(faults, {});
    });
  }

  for (const variant of lookVariants.filter(({ name }) => ['light', '200 percent', 'phone'].includes(name))) {
    it(`opens the menu of languages within the page, however short: ${variant.name}`, async () => {
      const { page, open, close } = await visitGallery(browser, { ...variant, languages: true });
      for (const state of ['problem-404', 'account-menu', 'plain-layout']) {
        await open(state);
        assert.deepEqual(await widthFaults(page), [], state);
        assert.equal(await page.getByLabel('Language: English', { exact: true }).innerText(), 'English', state);
        assert.ok(await page.locator('.enrollment-languages__link').first().isVisible(), state);
      }
      await close();
    });
  }

  for (const variant of lookVariants.filter(({ name }) => ['light', 'dark', 'phone'].includes(name))) {
    it(`has source buttons of touch size, with a visible focus: ${variant.name}`, async () => {
      const { page, open, close } = await visitGallery(browser, variant);
      await open('sources-denied');
      const ways = '.enrollment-button, .enrollment-source, .enrollment-link';
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
      await close();
    });
  }

  const small = ['phone with keyboard', '400 percent', 'German, 400 percent'];
  const lowest = { name: 'German, 320 × 200', locale: 'de', options: { viewport: { width: 320, height: 200 } } };
  const all = [...lookVariants, ...combinedVariants, lowest];
  for (const variant of all.filter((one) => one === lowest || small.includes(one.name))) {
    it(`opens with the error's words in sight of the field with the focus: ${variant.name}`, async () => {
      const { page, open, close } = await visitGallery(browser, variant);
      for (const name of wrongStates) {
        await open(name);
        await page.waitForFunction('document.activeElement !== document.body');
        await page.waitForFunction(errorInSight, undefined, { timeout: 5000 }).catch(() => {
          assert.fail(`${name}: the error is out of sight`);
        });
      }
      await close();
    });
  }

  for (const variant of lookVariants.filter(({ name }) => ['light', 'phone', 'right to left'].includes(name))) {
    it(`has the links below a form in rows: ${variant.name}`, async () => {
      const { page, open, close } = await visitGallery(browser, variant);
      for (const state of ['account-menu', 'account', 'sources-problem']) {
        await open(state);
        const rows = await page.locator('.enrollment-links > li').evaluateAll((items) =>
          items.map((item) => {
            const { top, left, right } = item.getBoundingClientRect();
            return { top, sides: `${String(left)} ${String(right)}` };
          }),
        );
        assert.ok(rows.length > 1, state);
        assert.equal(new Set(rows.map(({ sides }) => sides)).size, 1, state);
        assert.equal(new Set(rows.map(({ top }) => top)).size, rows.length, state);
      }
      await close();
    });
  }

  it('asks no other origin when its scripts are used', async () => {
    const [variant] = lookVariants;
    assert.ok(variant);
    const { page, complaints, open, close } = await visitGallery(browser, variant);
    await open('account-saved');
    await page.locator('summary').click();
    await page.locator('input[name=password]').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Show' }).first().click();
    await open('code');
    await page.getByLabel('Invitation code').pressSequentially('k7pq3xwm4v');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/join/**');
    await close();
    assert.deepEqual(complaints(), []);
  });
});

/** Whether the error of the focused field can be read where it is. */
const errorInSight = `(() => {
  const field = document.activeElement.closest('.enrollment-field, .enrollment-errors');
  const words = field.querySelector('.enrollment-field__error, .enrollment-errors__list');
  const { top, bottom } = words.getBoundingClientRect();
  const input = field.matches('.enrollment-errors') ? words.getBoundingClientRect() : document.activeElement.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight && input.top >= 0 && input.bottom <= innerHeight;
})()`;

/** How the element's focus is drawn; `none` when it is not drawn. */
async function outline(page: Page, selector: string, index: number): Promise<unknown> {
  return page.evaluate(`getComputedStyle(document.querySelectorAll('${selector}')[${String(index)}]).outlineStyle`);
}
