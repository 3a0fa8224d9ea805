import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { literal } from '../../lib/flow/policy.js';
import type { PageModel } from '../../lib/pages/page-model.js';
import { code, form, page, prompt, samplePages } from '../support/pages/samples.js';
import { another, icon, sourceButton } from '../support/pages/source-gallery.js';
import { viewFolder } from '../support/pages/view-folder.js';

const acme = sourceButton('acme', 'Acme', { icon });
const bare = sourceButton('bare', 'Example');
const recognized = { text: message('source.known', { source: 'Acme', who: 'ann@example.com' }), another };
const signIn = { href: '/login', label: message('link.sign_in') };
const home = { href: '/', label: message('link.home') };
const withForm = ['pages/prompt', 'pages/identification', 'pages/password', 'pages/continue'];
const withoutForm = ['pages/denied', 'pages/problem'];

/** The position of each part in the page, in the order of `parts`; all of them must exist. */
function places(html: string, parts: readonly string[]): readonly number[] {
  return parts.map((part) => {
    assert.ok(html.includes(part), `${part} is not there: ${html}`);
    return html.indexOf(part);
  });
}

function assertInOrder(html: string, parts: readonly string[]): void {
  const found = places(html, parts);
  assert.deepEqual(
    found,
    found.toSorted((one, other) => one - other),
  );
}

function model(view: string, more: Partial<PageModel>): PageModel {
  return page(view, { messages: [literal('Said.')], links: [signIn], ...more });
}

describe('the buttons for sources', () => {
  const pages = samplePages();

  for (const view of withForm) {
    it(`are between form and links: ${view}`, () => {
      const errors = { '': [literal('No.')] };
      const html = pages.render(model(view, { form: form({ errors }), sources: [acme], recognized }));
      assertInOrder(html, [
        '<h1',
        'role="alert"',
        'class="enrollment-recognized"',
        '<form',
        '</form>',
        '<nav',
        '</nav>',
        '<ul class="enrollment-links"',
      ]);
      assert.match(
        html,
        /<nav class="enrollment-sources" aria-label="Other ways to continue">\n<p class="enrollment-sources__or">or<\/p>/,
      );
      assert.match(
        html,
        /You’re signed in to Acme as ann@example\.com\.<\/p>\n<a class="enrollment-link" href="[^"]+">Use another account<\/a>/,
      );
    });
  }

  for (const view of withoutForm) {
    it(`are above the links, without a divider if there is no form: ${view}`, () => {
      const html = pages.render(model(view, { sources: [acme], recognized }));
      assertInOrder(html, [
        '<h1',
        'Said.',
        'class="enrollment-recognized"',
        '<nav',
        '</nav>',
        '<ul class="enrollment-links"',
      ]);
      assert.doesNotMatch(html, /sources__or/);
      assert.match(html, /<a class="enrollment-link" href="\/login">/);
    });
  }

  for (const view of withoutForm) {
    it(`have the link that the text recommends above them, and no other looks like a button: ${view}`, () => {
      const links = [home, { ...signIn, primary: true }];
      const html = pages.render(model(view, { sources: [acme], links }));
      assertInOrder(html, [
        '<a class="enrollment-button" href="/login">',
        '>or</p>',
        'enrollment-source"',
        'enrollment-link" href="/"',
      ]);
      for (const shown of [html, pages.render(model(view, { links }))]) {
        assert.equal(shown.match(/enrollment-button/g)?.length, 1);
        assert.equal(shown.match(/href="\/login"/g)?.length, 1);
      }
      assert.doesNotMatch(pages.render(model(view, { links: [signIn, home] })), /enrollment-button/);
    });
  }

  it('are links in the given order, with an optional icon', () => {
    const html = pages.render(model('pages/problem', { sources: [acme, bare] }));
    const buttons = [
      ...html.matchAll(/<a class="enrollment-source" href="([^"]+)">\n(<img [^>]+>\n)?<span[^>]*>([^<]+)<\/span>/g),
    ];
    assert.deepEqual(
      buttons.map(([, href, image, label]) => ({ href, image: image !== undefined, label })),
      [
        { href: '/join/source/acme/login', image: true, label: 'Continue with Acme' },
        { href: '/join/source/bare/login', image: false, label: 'Continue with Example' },
      ],
    );
    assert.match(buttons[0]?.[2] ?? '', /src="data:image\/svg\+xml,[^"]+" alt=""/);
    assert.doesNotMatch(html, /<form|<button/);
  });

  it('are omitted without sources', () => {
    const bareViews = viewFolder({ 'elements/sources.ejs': '', 'elements/recognized.ejs': '' });
    const without = samplePages({ views: bareViews });
    for (const view of [...withForm, ...withoutForm]) {
      const plain = model(view, withForm.includes(view) ? { form: form() } : {});
      assert.equal(pages.render(plain), without.render(plain), view);
    }
  });

  it('may lack a link to another account', () => {
    const html = pages.render(prompt([code], { recognized: { ...recognized, another: null } }));
    assert.match(
      html,
      /<p class="enrollment-recognized__text">You’re signed in to Acme as ann@example\.com\.<\/p>\n<\/div>/,
    );
  });

  it('use the texts of the app', () => {
    const own = samplePages({
      messages: {
        'source.continue': 'Weiter mit {source}',
        'source.known': 'Bei {source} heißt du {who}.',
        'source.other_account': 'Anderes Konto',
        'sources.or': 'oder',
        'sources.label': 'Andere Wege',
      },
    });
    const html = own.render(prompt([code], { sources: [acme], recognized }));
    for (const words of ['>Weiter mit Acme<', '>Bei Acme heißt du ann@example.com.<', '>Anderes Konto<', '>oder<'])
      assert.ok(html.includes(words), words);
    assert.match(html, /aria-label="Andere Wege"/);
  });

  it('can be rendered by the app for one flow alone', () => {
    const views = viewFolder({
      'flows/invite/elements/sources.ejs':
        '<% for (const source of locals.page.sources) { %>[<%= source.slug %> <%= source.label %> <%= source.href %> <%= source.icon %>]<% } %>',
      'elements/recognized.ejs': '(<%= locals.page.recognized.text %> <%= locals.page.recognized.another.href %>)',
    });
    const own = samplePages({ views });
    const html = own.render(prompt([code], { sources: [bare], recognized }));
    assert.ok(html.includes('[bare Continue with Example /join/source/bare/login ]'));
    assert.ok(html.includes(`(You’re signed in to Acme as ann@example.com. ${another.href})`));
    const elsewhere = own.render(model('pages/problem', { sources: [bare], recognized }));
    assert.match(elsewhere, /<nav class="enrollment-sources"/);
  });

  it('are in the catalogue, including texts that no page shows by default', () => {
    const values = { source: 'Acme', who: 'Ann' };
    assert.equal(
      pages.text(message('source.known_code', values)),
      'You’re signed in to Acme as Ann. To create an account here, enter your invitation code.',
    );
  });
});
