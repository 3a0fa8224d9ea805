import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isLetterKind, mailKinds } from '../../lib/base/mail-kinds.js';
import { english } from '../../lib/base/texts/english.js';
import { createMails } from '../../lib/pages/mails.js';
import { shippedTags } from '../../lib/pages/languages/shipped-languages.js';
import type { MailContent } from '../../lib/ports/mailer.js';
import { htmlFaults } from '../support/pages/html-faults.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const kinds = mailKinds.filter((kind) => !isLetterKind(kind));
const code = { code: '7K3M-QX9P', url: 'https://app.example/join/if/flow/recovery/mail/?token=abc', minutes: 30 };
const signInUrl = 'https://app.example/join/if/flow/sign-in/?a=1&b=2';

const contentOf = (kind: MailContent['kind'], locale = 'en'): MailContent => ({
  kind,
  locale,
  flow: 'recovery',
  code: ['recovery', 'enrollment', 'verification'].includes(kind) ? code : null,
  letter: null,
  signInUrl,
  ...(kind.startsWith('provider_') ? { provider: 'Globex <i>"&' } : {}),
});

const mailsOf = (more: Partial<Parameters<typeof createMails>[0]> = {}) =>
  createMails({ texts: english, languages: shippedTags(), brandName: 'Acme <b>"&', cache: true, ...more });

describe('mails', () => {
  it('of every kind in every language have a subject, a text and a document that loads nothing', async () => {
    const draw = mailsOf();
    for (const locale of shippedTags()) {
      for (const kind of kinds) {
        const { subject, text, html } = draw(contentOf(kind, locale), 'ann@example.com');
        const about = `${kind} ${locale}`;
        assert.ok(!/[\r\n[\]]/.test(subject) && subject.includes('Acme'), about);
        assert.ok(!text.includes('['), `${about}: ${text}`);
        assert.ok(
          html.startsWith(`<!doctype html>\n<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`),
          about,
        );
        assert.ok(!/<(?:img|link|script|style|iframe)|url\(|src=/i.test(html), about);
        const isAboutProvider = kind.startsWith('provider_');
        assert.equal(text.includes('Globex <i>"&') && subject.includes('Globex'), isAboutProvider, about);
        assert.equal(html.includes('Globex &lt;i&gt;&#34;&amp;'), isAboutProvider, about);
        const hasCode = contentOf(kind).code !== null;
        assert.equal(text.includes('\n    7K3M-QX9P\n'), hasCode, about);
        assert.equal(html.includes('>7K3M-QX9P<'), hasCode, about);
        // There is nothing to sign in to.
        if (kind !== 'account_deleted') assert.ok(text.includes(hasCode ? code.url : signInUrl), about);
      }
    }
    assert.notEqual(
      draw(contentOf('recovery', 'de'), 'ann@example.com').text,
      draw(contentOf('recovery'), 'ann@example.com').text,
    );
  });

  it('T-MAIL-04: have the same links in both parts, as they were given, and neither link nor code in the subject', () => {
    const draw = mailsOf();
    const linksIn = (text: string) => new Set([...text.matchAll(/https?:\/\/[^\s"<>]+/g)].map(([link]) => link));
    for (const locale of shippedTags())
      for (const kind of kinds) {
        const content = contentOf(kind, locale);
        const { subject, text, html } = draw(content, 'ann@example.com');
        const about = `${kind} ${locale}`;
        const given = kind === 'account_deleted' ? [] : [content.code?.url ?? signInUrl];
        assert.deepEqual([...linksIn(text)], given, about);
        assert.deepEqual([...linksIn(html.replaceAll('&amp;', '&'))], given, about);
        for (const secret of ['http', 'token', code.code]) assert.ok(!subject.includes(secret), about);
      }
  });

  it('are valid HTML, and every value in it is escaped', async () => {
    const { html } = mailsOf()(contentOf('account_exists'), 'ann@example.com');
    assert.ok(html.includes('Acme &lt;b&gt;&#34;&amp;') && !html.includes('<b>'), html);
    assert.ok(html.includes('?a=1&amp;b=2'));
    assert.deepEqual(await htmlFaults(html), []);
  });

  it('a subject is one line, whatever the brand is called', () => {
    const { subject } = mailsOf({ brandName: 'Acme\r\nBcc: everybody@example.com' })(
      contentOf('recovery'),
      'ann@example.com',
    );
    assert.ok(!/[\r\n]/.test(subject), JSON.stringify(subject));
  });

  it('templates of the app replace those of the kit: one kind, one flow, one language', () => {
    const views = temporaryFolder();
    const write = (path: string, text: string): void => {
      mkdirSync(join(views, path, '..'), { recursive: true });
      writeFileSync(join(views, path), text);
    };
    write('mail/text/recovery.ejs', 'own <%- locals.mail.code %>');
    write('mail/text/recovery.de.ejs', 'eigene <%- locals.mail.code %>');
    write('flows/other/mail/text/recovery.ejs', 'of the flow <%- locals.brand.name %>');
    for (const cache of [true, false]) {
      const draw = mailsOf({ views, cache, brandName: 'Acme' });
      assert.equal(draw(contentOf('recovery'), 'ann@example.com').text, 'own 7K3M-QX9P');
      assert.equal(draw(contentOf('recovery', 'de'), 'ann@example.com').text, 'eigene 7K3M-QX9P');
      assert.equal(draw({ ...contentOf('recovery'), flow: 'other' }, 'ann@example.com').text, 'of the flow Acme');
      assert.ok(draw(contentOf('enrollment'), 'ann@example.com').text.includes('You’re creating an account at Acme'));
    }
  });
});
