import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import request from 'supertest';
import { galleryApp, galleryPages, layouts } from '../support/pages/gallery-app.js';
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

  it('shows a state in another language, with other text, and with its stylesheet', async () => {
    const { text } = await request(app).get('/code-wrong?locale=ar&text=bidirectional').expect(200);
    assert.match(text, /<html lang="ar" dir="rtl">/);
    assert.ok(text.includes(hostileTexts.bidirectional));
    const [, stylesheet = ''] = /rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
    await request(app).get(stylesheet).expect(200).expect('Content-Type', /css/);
    await request(app).get('/no-such-state').expect(404);
  });
});
