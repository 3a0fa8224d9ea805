import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { message } from '../../lib/base/message.js';
import type { PageModel } from '../../lib/pages/page-model.js';
import { launchBrowser } from '../support/chromium.js';
import { galleryPage, galleryPages } from '../support/pages/gallery-app.js';
import { field, form, json, prompt } from '../support/pages/samples.js';

interface Line {
  readonly left: number;
  readonly right: number;
}

/** Where a text stands in the window, by its lines; empty where it is not on the page. */
const linesOf = `((text) => {
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const at = node.data.indexOf(text);
    if (at === -1) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + text.length);
    return [...range.getClientRects()].map(({ left, right }) => ({ left, right }));
  }
  return [];
})`;

describe('sentences from right to left, in a browser', () => {
  const pages = galleryPages();
  let browser: Browser;
  let page: Page;
  before(async () => {
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
  });
  after(() => browser.close());

  const lines = (text: string) => page.evaluate<readonly Line[]>(`${linesOf}(${JSON.stringify(text)})`);
  const show = async (model: PageModel): Promise<void> => {
    const html = pages.render({ ...model, locale: 'ar' });
    await page.setContent(html.replace(/<link[^>]*>/, `<style>${pages.stylesheet.body}</style>`));
  };
  const isBefore = async (first: string, second: string): Promise<void> => {
    const [one] = await lines(first);
    const [two] = await lines(second);
    assert.ok(one !== undefined && two !== undefined, `${first} and ${second} are on the page`);
    assert.ok(one.left > two.left, `${first} stands right of ${second}: ${JSON.stringify([one, two])}`);
  };

  it('keep their order where a value in Latin letters comes first', async () => {
    await show(galleryPage('account-sessions', {}) ?? assert.fail('no such state'));
    await isBefore('Firefox, Windows', 'Nov');
    await show(galleryPage('account-connections', {}) ?? assert.fail('no such state'));
    await isBefore('Acme\u2069', 'Nov');
  });

  it('keep their order where the label of a field is in Latin letters', async () => {
    const errors = { nickname: [message('prompt.tel.form')], team: [message('prompt.url.form')] };
    const asked = [
      field('nickname', 'text', { label: json('Nickname?'), required: false }),
      field('team', 'text', { label: json('Team') }),
    ];
    await show(prompt(asked, { form: form({ errors }) }));
    await isBefore('Nickname?', pages.text(message('field.optional'), 'ar'));
    await isBefore('\u2068Nickname?\u2069', pages.text(message('prompt.tel.form'), 'ar').slice(0, 6));
  });

  it('of the app keep their own direction: a full stop at their end', async () => {
    await show(prompt([field('terms', 'checkbox', { label: json('I accept these terms.') })]));
    const [words] = await lines('I accept');
    const [end] = await lines('terms.');
    assert.ok(words !== undefined && end !== undefined && words.left < end.left);
    const [stop] = await lines('.');
    assert.ok(stop !== undefined && stop.left > words.left, JSON.stringify([words, stop]));
  });
});

describe('a masked address', () => {
  it('stands in one line in windows of any width', async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const pages = galleryPages();
      for (const state of ['email-sent-again', 'switch-account']) {
        const html = pages.render(galleryPage(state, {}) ?? assert.fail(state));
        await page.setContent(html.replace(/<link[^>]*>/, `<style>${pages.stylesheet.body}</style>`));
        const [, address = assert.fail('no address')] = /(\S+@example\.com)/.exec(html) ?? [];
        for (let width = 260; width <= 380; width += 6) {
          await page.setViewportSize({ width, height: 600 });
          const found = await page.evaluate<readonly Line[]>(`${linesOf}(${JSON.stringify(address)})`);
          assert.equal(found.length, 1, `${state} at ${String(width)} px`);
        }
      }
    } finally {
      await browser.close();
    }
  });
});
