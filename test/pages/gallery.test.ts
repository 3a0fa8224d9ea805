import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import request from 'supertest';
import { escapeHtml } from '../../lib/pages/escape-html.js';
import { english } from '../../lib/base/texts/english.js';
import { galleryApp, galleryPage, galleryPages, layouts } from '../support/pages/gallery-app.js';
import { gallery } from '../support/pages/gallery.js';
import { hostileTexts } from '../support/pages/hostile-texts.js';

describe('the gallery of pages', () => {
  const pages = galleryPages();
  const app = galleryApp(pages);

  it('lists every state and keeps the chosen variant in its links', async () => {
    const { text } = await request(app).get('/?layout=plain&text=long').expect(200);
    for (const name of gallery.keys()) assert.ok(text.includes(`"/${name}?layout=plain&amp;text=long"`), name);
  });

  it('shows every state in every layout', async () => {
    for (const name of gallery.keys()) {
      for (const layout of layouts) await request(app).get(`/${name}`).query({ layout }).expect(200);
    }
  });

  it('has every title of a page of the kit, and what it says where a sign-up or a change of an address ended', () => {
    const shown = JSON.stringify([...gallery.values()]);
    // Other pages have these: of the document, of a list in development, and of tickets for another purpose.
    const elsewhere = ['page.title', 'flows.title', 'ticket.recovery.title', 'ticket.change.title'];
    const missing = Object.keys(english).filter(
      (id) =>
        /\.title$|^enrolled\.|^stage\.address_(undo|restored)\.|^ticket\..*\.text$/.test(id) &&
        !/^(flow|mail)\./.test(id) &&
        !elsewhere.includes(id) &&
        !shown.includes(`"${id}"`),
    );
    assert.deepEqual(missing, []);
  });

  it('shows no English sentence of the catalogue in another language', () => {
    const bare = (html: string): string => html.replace(/<script[^]*?<\/script>|\u2068|\u2069/g, '');
    for (const locale of ['ar', 'ja']) {
      const untranslated = Object.entries(english).flatMap(([id, text]) => {
        const isSentence = /^[A-Z][^,]{2,}$|^[A-Z][^{]{2,}$/.test(text) && pages.text({ id }, locale) !== text;
        return isSentence
          ? [
              new RegExp(
                `^${escapeHtml(text)
                  .replace(/[?.*()]/g, '\\$&')
                  .replace(/\{\w+\}/g, '.+')}$`,
              ),
            ]
          : [];
      });
      assert.ok(untranslated.length > 400);
      const found = [...gallery.keys()].flatMap((name) => {
        const html = pages.render(galleryPage(name, { locale }) ?? assert.fail(name));
        const said = [...bare(html).matchAll(/>([^<>]+)</g)].map(([, text = '']) => text.trim());
        return said.filter((text) => untranslated.some((one) => one.test(text))).map((text) => `${name}: ${text}`);
      });
      assert.deepEqual(found, [], locale);
    }
  });

  it('shows a state in another language, with other text, and with its stylesheet', async () => {
    const { text } = await request(app).get('/code-wrong?locale=ar&text=bidirectional').expect(200);
    assert.match(text, /<html lang="ar" dir="rtl">/);
    assert.ok(text.includes(hostileTexts.bidirectional));
    const [, stylesheet = ''] = /rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
    await request(app).get(stylesheet).expect(200).expect('Content-Type', /css/);
    await request(app).get('/no-such-state').expect(404);
  });
});
