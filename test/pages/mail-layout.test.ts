import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { isLetterKind, mailKinds } from '../../lib/base/mail-kinds.js';
import { english } from '../../lib/base/texts/english.js';
import { sampleContent } from '../../lib/mail/sample-content.js';
import { createMails } from '../../lib/pages/mails.js';
import { shippedTags } from '../../lib/pages/languages/shipped-languages.js';
import { sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { htmlFaults } from '../support/pages/html-faults.js';
import { lookFaults } from '../support/pages/look-faults.js';

const home = `https://acme.example/join/if/flow/set-password/-/ticket?ticket=${'V1AYLPux5gFisZ'.repeat(4)}&mail=WAu1IV5xJ5LaB`;
const draw = createMails({ texts: english, languages: shippedTags(), brandName: 'Acme', cache: true });
const drawn = (kind: (typeof mailKinds)[number], locale: string) =>
  draw(sampleContent(kind, { locale, home, now: Date.UTC(2026, 0, 1, 9) }), 'bob@example.com');

const screens: readonly BrowserContextOptions[] = [
  { colorScheme: 'dark', viewport: { width: 320, height: 568 } },
  { colorScheme: 'light', viewport: { width: 800, height: 600 } },
];

/** Landmarks are for pages: a mail is shown inside another document. */
const isOfPages = /^(?:landmark-one-main|region):/;

describe('mails, as mail programs show them', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  it('have what programs without a head or a style sheet need, and stay below the size that Gmail cuts', () => {
    for (const locale of shippedTags()) {
      for (const kind of mailKinds) {
        const { subject, html, text } = drawn(kind, locale);
        const about = `${kind} ${locale}`;
        assert.ok(Buffer.byteLength(html) < 20_000, about);
        // Gmail drops html, head and body.
        const inner = html.slice(html.indexOf('<body'));
        assert.match(inner, new RegExp(`<table role="presentation" lang="${locale}" dir="(ltr|rtl)"`), about);
        assert.ok(!/<(?:style|script|link|img)|class=|url\(/.test(inner), about);
        const [, preview = ''] = /^<body[^>]*>\s*<div style="display:none[^"]*">([^<]+)<\/div>/.exec(inner) ?? [];
        assert.ok(preview !== '' && preview !== subject, `${about}: ${preview}`);
        const plain = home.replaceAll('&', '&amp;');
        // There is nothing to sign in to.
        const hasLink = kind !== 'account_deleted';
        assert.equal(inner.includes(`>${plain}</a>`), hasLink, `${about}: the address below the button`);
        assert.equal(text.includes(`\n${home}\n`), hasLink, about);
      }
    }
  });

  it('are valid HTML, letters as well', async () => {
    for (const kind of sampleOf(mailKinds.filter(isLetterKind), 2))
      assert.deepEqual(await htmlFaults(drawn(kind, 'de').html), [], kind);
  });

  for (const screen of screens) {
    it(`fit and are readable: ${String(screen.colorScheme)}, ${String(screen.viewport?.width)} px`, async () => {
      const context = await browser.newContext(screen);
      const page = await context.newPage();
      for (const kind of sampleOf(mailKinds, 4)) {
        for (const locale of sampleOf(['en', 'ar', 'de'], 1)) {
          await page.setContent(drawn(kind, locale).html);
          // What the browser paints itself, where axe can read it.
          await page.addStyleTag({ content: 'html { background: Canvas; color: CanvasText }' });
          const faults = (await lookFaults(page)).filter((fault) => !isOfPages.test(fault));
          assert.deepEqual(faults, [], `${kind} ${locale}`);
        }
      }
      await context.close();
    });
  }
});
