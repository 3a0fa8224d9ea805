import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { warningsOf } from '../../support/pages/issues.js';
import { viewFolder } from '../../support/pages/view-folder.js';

const form = "<%- include('/elements/errors') -%><%- include('/elements/form') -%>";

/** What the start says of one file. */
function saidOf(path: string, text = path.startsWith('elements') ? '<button>x</button>' : form): string {
  const views = viewFolder({ [path]: text });
  return warningsOf(views, ['en', 'pt-BR']).join('\n').replaceAll(`${views}/`, '');
}

describe('a misnamed override is told, with the name that was meant', () => {
  for (const [path, said] of [
    ['page/prompt.ejs', 'page: this folder is not read; did you mean "pages"?'],
    ['element/submit.ejs', 'element: this folder is not read; did you mean "elements"?'],
    ['pages/promt.ejs', 'no page, flow or include names "pages/promt"; did you mean "pages/prompt"?'],
    ['pages/submit.ejs', 'names "pages/submit"; did you mean "elements/submit"?'],
    ['pages/prompt.html', 'is not read: a view ends in .ejs'],
    ['layouts/stackd.ejs', 'names "layouts/stackd"; did you mean "layouts/stacked"?'],
    ['elements/feild-text.ejs', 'names "elements/feild-text"; did you mean "elements/field-text"?'],
    ['elements/field-chekbox.ejs', 'the kit has no prompt of the type "chekbox"; did you mean "checkbox"?'],
    ['flows/invites/pages/prompt.ejs', 'there is no flow "invites"; did you mean "invite"?'],
    ['flows/invite/acount/pages/prompt.ejs', 'the flow "invite" has no stage "acount"; did you mean "account"?'],
    ['flows/invite/page/prompt.ejs', 'a view of a flow is at flows/invite/pages/prompt.ejs'],
    ['flows/invite/account/page/prompt.ejs', 'is never used: a view of a flow is at'],
    ['flow/invite/pages/prompt.ejs', 'flow: this folder is not read; did you mean "flows"?'],
    ['layout/stacked.ejs', 'layout: this folder is not read; did you mean "layouts"?'],
    ['mails/text/message.ejs', 'mails: this folder is not read; did you mean "mail"?'],
    ['shop/page/prompt.de.ejs', 'shop/page: this folder is not read; did you mean "pages"?'],
    ['views/pages/prompt.ejs', 'views/pages/prompt.ejs: is never used; did you mean "pages/prompt.ejs"?'],
    ['view/flows/invite/pages/prompt.ejs', 'is never used; did you mean "flows/invite/pages/prompt.ejs"?'],
    ['invite/pages/prompt.ejs', 'is never used; did you mean "flows/invite/pages/prompt.ejs"?'],
    ['invite/account/elements/submit.ejs', 'did you mean "flows/invite/account/elements/submit.ejs"?'],
    ['invite/prompt.ejs', 'is never used; did you mean "flows/invite/pages/prompt.ejs"?'],
    ['prompt.ejs', 'prompt.ejs: is never used; did you mean "pages/prompt.ejs"?'],
    ['prompt.de.ejs', 'is never used; did you mean "pages/prompt.de.ejs"?'],
    [
      'shop/welcome.ejs',
      'although it includes views of the kit: views are in pages, layouts, elements, slots, mail, flows',
    ],
    ['flows/invite/pages/prompt.html', 'is not read: a view ends in .ejs'],
    [
      'flows/invite/account/pages/identification.ejs',
      'the stage "account" of the flow "invite" has no page "pages/identification"; it shows "pages/prompt"',
    ],
    ['flows/invite/pages/identification.ejs', 'the flow "invite" has no page "pages/identification"'],
    ['flows/invite/layouts/plain.ejs', 'the pages of the flow "invite" have the layout "layouts/stacked"'],
    ['flows/invite/prompt.ejs', 'a view of a flow is at flows/invite/pages/prompt.ejs'],
    [
      'pages/prompt.html.ejs',
      'between the name of a view and .ejs stands nothing, or a language tag such as de or pt-BR',
    ],
    ['pages/prompt.pt-BT.ejs', 'no page is in the language "pt-bt"; did you mean "pt-BR"?'],
  ] as const) {
    it(path, () => {
      assert.ok(saidOf(path).includes(said), saidOf(path) || 'nothing was said');
    });
  }

  it('and nothing is said of what is used', () => {
    assert.equal(
      saidOf(
        'elements/field-color.ejs',
        '<input name="<%= locals.field.key %>" required value="<%= locals.field.value %>" aria-label="x" aria-describedby="e" aria-invalid="true"><p id="e"></p>',
      ),
      '',
    );
    for (const path of [
      'pages/prompt.ejs',
      'pages/prompt.pt.ejs',
      'flows/invite/account/pages/prompt.pt-BR.ejs',
      'flows/invite/elements/submit.ejs',
      'flows/invite/account/pages/continue.ejs',
      'flows/invite/pages/denied.ejs',
    ])
      assert.equal(saidOf(path, path.includes('elements') ? '<button>x</button>' : form), '', path);
  });

  it('nor of the app’s own templates in the same folder', () => {
    for (const path of ['home.ejs', 'shop/cart.ejs', 'partials/header.ejs', 'emails/welcome.ejs', 'page/home.ejs'])
      assert.equal(saidOf(path, '<p>x</p>'), '', path);
    const shared = viewFolder({
      'pages/prompt.ejs': form,
      'home.ejs': "<%- include('header') %><%- include('page/prompt') %><%- include('/shop/pages/prompt.ejs') %>",
      'header.ejs': '',
      'page/prompt.ejs': '',
      'page/denied.ejs': 'beside one that is included',
      'shop/pages/prompt.ejs': '',
      'node_modules/other/pages/prompt.ejs': form,
      '.originals/pages/prompt.ejs': form,
    });
    assert.deepEqual(warningsOf(shared), []);
  });

  it('nor of what a template includes', () => {
    const included = viewFolder({
      'pages/prompt.ejs': `${form}<%- include('/elements/mine') %>`,
      'elements/mine.ejs': '',
    });
    assert.deepEqual(warningsOf(included), []);
    const computed = viewFolder({
      'pages/prompt.ejs': `${form}<%- include('/elements/' + 'mine') %>`,
      'elements/mine.ejs': '',
    });
    assert.deepEqual(warningsOf(computed), []);
  });
});

describe('a misspelled local is told, with file, line and the name that was meant', () => {
  for (const [text, said] of [
    [`\n<h1><%= locals.page.titel %></h1>${form}`, ':2: locals.page has no "titel"; did you mean "title"?'],
    [`<% const { tilte } = locals.page %>${form}`, ':1: locals.page has no "tilte"; did you mean "title"?'],
    [`<%= locals.pages %>${form}`, ':1: locals has no "pages"; did you mean "page"?'],
    [`<%= locals.brand.nmae %>${form}`, ':1: locals.brand has no "nmae"; did you mean "name"?'],
    [`<%= locals.form.fields[0]?.lable %>${form}`, ':1: locals.form.fields[0] has no "lable"; did you mean "label"?'],
    [
      `<% for (const { herf } of locals.page.links) { %><% } %>${form}`,
      ':1: locals.page.links[0] has no "herf"; did you mean "href"?',
    ],
    [
      `<%= locals.text('form.submitt') %>${form}`,
      ':1: locals.text: there is no sentence "form.submitt"; did you mean "form.submit"?',
    ],
  ] as const) {
    it(text.replaceAll(form, '').trim(), () => {
      assert.ok(
        saidOf('pages/prompt.ejs', text).includes(said),
        saidOf('pages/prompt.ejs', text) || 'nothing was said',
      );
    });
  }

  it('and nothing is said of locals that an include passes on, nor of the app’s', () => {
    const text =
      '<%= locals.compact %><%= locals.app.titel %><%= locals.page.challenge.anything %><%= locals.page.links.length %>';
    assert.equal(saidOf('pages/prompt.ejs', text + form), '');
  });
});
