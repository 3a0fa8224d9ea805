import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { escapeHtml } from '../../lib/pages/escape-html.js';
import { isCampaign } from '../support/campaign.js';
import { galleryPage } from '../support/pages/gallery-app.js';
import { gallery } from '../support/pages/gallery.js';
import { hostileTexts } from '../support/pages/hostile-texts.js';
import { htmlFaults } from '../support/pages/html-faults.js';
import { account, form, page, prompt, samplePages } from '../support/pages/samples.js';

describe('the HTML of the pages', () => {
  const pages = samplePages();

  for (const [name, model] of gallery) {
    it(`is valid: ${name}`, async () => {
      assert.deepEqual(await htmlFaults(pages.render(model)), []);
    });
  }

  for (const [name, text] of Object.entries(hostileTexts)) {
    it(`is valid with ${name} text in every place`, async () => {
      const shown = [...gallery.keys()].filter((_, at) => isCampaign || at % 3 === 0);
      for (const state of shown) {
        const model = galleryPage(state, { text: name });
        assert.ok(model);
        const html = pages.render(model);
        assert.deepEqual(await htmlFaults(html), [], state);
        assert.ok(!html.includes(hostileTexts.markup), state);
        assert.ok(html.includes(escapeHtml(text)), state);
      }
    });
  }

  it('is valid with the minimum of each page', async () => {
    for (const view of ['pages/denied', 'pages/problem', 'pages/enrolled'] as const) {
      assert.deepEqual(await htmlFaults(pages.render(page(view))), [], view);
    }
    for (const view of [
      'pages/prompt',
      'pages/identification',
      'pages/password',
      'pages/authenticator',
      'pages/invitation',
      'pages/continue',
      'pages/cancel',
    ] as const) {
      assert.deepEqual(await htmlFaults(pages.render(page(view, { form: form() }))), [], view);
    }
    assert.deepEqual(await htmlFaults(pages.render(prompt([]))), []);
  });

  it('is valid with a logo, and for the page that needs no templates', async () => {
    const branded = samplePages({ brand: { name: 'Acme', home: '/', logo: '/logo.svg' } });
    assert.deepEqual(await htmlFaults(branded.render(prompt([]))), []);
    const whole = samplePages({
      brand: {
        name: 'Acme',
        home: '/',
        logo: '/logo.svg',
        logoDark: '/dark.svg',
        picture: '/beans.jpg',
        layout: 'split',
        links: [{ href: '/terms', label: message('link.terms') }],
      },
    }).render(prompt(account, { layout: null }));
    assert.deepEqual(await htmlFaults(whole), []);
    assert.match(whole, /class="enrollment-panel"[^]*srcset="\/dark\.svg"[^]*href="\/terms">Terms</);
    const plain = {
      locale: 'en',
      languagePath: '/join/if/flow/invite/',
      title: message('problem.500.title'),
      messages: [message('problem.500')],
      reference: 'K7PQ3XWM',
      links: [{ href: '/', label: message('link.home') }],
    };
    const inGerman = samplePages({ languages: ['en', 'de'] }).renderPlain(plain);
    assert.match(inGerman, /<nav class="enrollment-languages"/);
    // Styled like the others, and dark where they are.
    assert.match(
      inGerman,
      /<meta name="color-scheme" content="light dark">[^]*<link rel="stylesheet" href="[^"]+\.css">/,
    );
    assert.deepEqual(await htmlFaults(inGerman), []);
  });
});
