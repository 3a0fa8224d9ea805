import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, it } from 'mocha';
import { literal } from '../../lib/flow/policy.js';
import { code, field, page, prompt, samplePages } from '../support/pages/samples.js';
import { issuesOf } from '../support/pages/issues.js';
import { viewFolder, writeViews } from '../support/pages/view-folder.js';

const model = prompt([code], { stage: 'invite-code' });
const ours = samplePages().render(model);

for (const cache of [true, false]) {
  const pagesOf = (files: Readonly<Record<string, string>>) => samplePages({ views: viewFolder(files), cache });

  describe(`an app's own views, ${cache ? 'compiled once' : 'read whenever they are used'}`, () => {
    it('default to the kit’s, by path, file: URL and URL object', () => {
      const folder = viewFolder({});
      for (const views of [folder, pathToFileURL(folder), pathToFileURL(folder).href]) {
        assert.equal(samplePages({ views, cache }).render(model), ours);
      }
      assert.equal(samplePages({ cache }).render(model), ours);
    });

    it('may be in linked folders, also in folders that link to each other', () => {
      const folder = viewFolder({ 'slots/footer.ejs': 'A footer' });
      symlinkSync(viewFolder({ 'submit.ejs': '<button>Linked</button>' }), join(folder, 'elements'));
      symlinkSync(folder, join(folder, 'flows'));
      symlinkSync(folder, join(folder, 'slots/again'));
      const html = samplePages({ views: folder, cache }).render(model);
      assert.match(html, /<button>Linked<\/button>[^]*A footer/);
    });

    it('replace one page and keep its layout and the other pages', () => {
      const pages = pagesOf({
        'pages/prompt.ejs': '<h1>Hello <%= locals.page.title %></h1><%- include("/elements/form") %>',
      });
      const html = pages.render(model);
      assert.match(html, /<main class="enrollment-card">\s*<h1>Hello Sign up with an invitation<\/h1><form /);
      assert.match(html, /name="invite_code"/);
      assert.match(html, /name="signature" value="k1.2Xy-_z"/);
      const other = page('pages/denied');
      assert.equal(pages.render(other), samplePages().render(other));
    });

    it('replace one layout', () => {
      const html = pagesOf({ 'layouts/stacked.ejs': '<body><%- include(locals.page.view) %></body>' }).render(model);
      assert.match(html, /^<body><div class="enrollment-heading">/);
      assert.match(html, /<\/body>$/);
    });

    it('replace one element on every page that includes it, even through the kit’s own elements', () => {
      const pages = pagesOf({ 'elements/field-text.ejs': '<b><%= locals.field.key %></b>' });
      assert.match(pages.render(model), /<b>invite_code<\/b>/);
      const footed = pagesOf({ 'slots/footer.ejs': '<footer>Imprint</footer>' });
      assert.match(footed.render(page('pages/problem')), /<footer>Imprint<\/footer>/);
    });

    it('replace a view of one flow, or of one of its stages', () => {
      const pages = pagesOf({
        'elements/submit.ejs': 'any',
        'flows/invite/elements/submit.ejs': 'of the flow',
        'flows/invite/account/elements/submit.ejs': 'of the stage',
        'flows/invite/account/pages/prompt.ejs': 'a page of the stage, <%- include("/elements/submit") %>',
        'flows/invite/layouts/stacked.ejs': '[<%- include(locals.page.view) %>]',
      });
      assert.match(pages.render({ ...model, flow: { slug: 'other', title: literal('Other') } }), /any<\/form>/);
      assert.match(pages.render({ ...model, flow: null, stage: null }), /any<\/form>/);
      assert.match(pages.render(model), /^\[[^]*of the flow<\/form>[^]*\]$/);
      assert.equal(pages.render({ ...model, stage: 'account', form: null }), '[a page of the stage, of the stage]');
    });

    it('render prompts of a custom type', () => {
      const pages = pagesOf({ 'elements/field-color.ejs': '<i><%= locals.field.value %></i>' });
      assert.match(pages.render(prompt([field('paint', 'color', { initial_value: 'teal' })])), /<i>teal<\/i>/);
    });

    it('may be next to templates of the app', () => {
      assert.equal(pagesOf({ 'mail.ejs': '<% broken', 'shop/cart.ejs': '<% if (' }).render(model), ours);
    });

    it('include by absolute name, pass locals on, keep variables local, and may recurse', () => {
      const html = pagesOf({
        'pages/prompt.ejs': `<% const name = 'page'; var more = 'page' %><%- include('/elements/a') %> <%= name %> <%= more %> <%- include('/elements/tree', { depth: 2 }) %>`,
        'elements/a.ejs': `<% const name = 'a'; var more = 'a' %><%= name %>-<%- include('/elements/b', { word: 'b' }) -%>`,
        'elements/b.ejs': `<%= locals.word %>-<%- include('/elements/c') %>`,
        'elements/c.ejs': `<%= locals.word %><%= locals.page.name %>`,
        'elements/tree.ejs': `<%= locals.depth %><% if (locals.depth > 0) { %><%- include('/elements/tree', { depth: locals.depth - 1 }) %><% } %>`,
        'layouts/stacked.ejs': '\uFEFF<%- include(locals.page.view) %>',
      }).render({ ...model, form: null });
      assert.equal(html, 'a-b-bprompt page page 210');
    });

    it('report relative or missing includes, and templates that throw', () => {
      const wrong = (text: string): unknown => {
        try {
          return pagesOf({ 'pages/prompt.ejs': text }).render(model);
        } catch (error) {
          return error;
        }
      };
      const code = 'ERR_ENROLLMENT_VIEWS';
      const emitted = (text: string, pattern: RegExp) =>
        assert.throws(
          () => {
            throw wrong(text);
          },
          { code, message: pattern },
        );
      emitted(`<%- include('elements/form') %>`, /write its name as in include\('\/elements\/field'\)/);
      emitted(`<%- include('/../../etc/passwd') %>`, /Cannot include/);
      emitted(`<%- include('/elements/nothing') %>`, /There is no view "\/elements\/nothing"/);
      emitted(`<%= locals.page.nothing.here %>`, cache ? /reading 'here'/ : /prompt\.ejs:1[^]*reading 'here'/);
      emitted(`<%= page.title %>`, /page is not defined/);
    });

    it('list what exists', () => {
      const pages = pagesOf({ 'layouts/wide.ejs': '', 'flows/invite/layouts/narrow.ejs': '' });
      assert.equal(pages.has('layouts/wide'), true);
      assert.equal(pages.has('layouts/stacked'), true);
      assert.equal(pages.has('layouts/narrow'), false);
      assert.equal(pages.has('layouts/narrow', { flow: 'invite', stage: 'account' }), true);
      assert.equal(pages.has('pages/none'), false);
    });
  });
}

describe("an app's own views", () => {
  it('abort the start when one of them does not parse, and name the file', () => {
    const views = viewFolder({ 'flows/invite/pages/prompt.ejs': '\n<% if (true) { %>never closed' });
    const message = /flows\/invite\/pages\/prompt\.ejs:2: the block that begins here has no end/;
    assert.match(issuesOf(views).join('\n'), message);
    for (const cache of [true, false])
      assert.throws(() => samplePages({ views, cache }).render(model), { code: 'ERR_ENROLLMENT_VIEWS', message });
  });

  it('must be an absolute path of an existing folder', () => {
    const views = viewFolder({ 'file.ejs': '' });
    for (const wrong of [
      'views',
      './views',
      `${views}/absent`,
      `${views}/file.ejs`,
      new URL('https://app.example/views'),
      '',
    ]) {
      assert.throws(
        () => samplePages({ views: wrong }),
        { code: 'ERR_ENROLLMENT_VIEWS', message: /^Option "views"/ },
        String(wrong),
      );
    }
  });

  it('are reloaded after a change only without a cache', () => {
    const views = viewFolder({ 'elements/submit.ejs': 'before' });
    const [cached, live] = [samplePages({ views }), samplePages({ views, cache: false })];
    assert.match(live.render(model), /before/);
    writeViews(views, { 'elements/submit.ejs': 'after', 'elements/brand.ejs': 'new' });
    assert.match(live.render(model), /new[^]*after/);
    assert.match(cached.render(model), /before/);
  });

  it('of two enrollments in one process are independent', () => {
    const one = samplePages({ views: viewFolder({ 'elements/submit.ejs': 'one' }) });
    const two = samplePages({ views: viewFolder({ 'elements/submit.ejs': 'two' }) });
    assert.match(one.render(model), /one<\/form>/);
    assert.match(two.render(model), /two<\/form>/);
    assert.equal(samplePages().render(model), ours);
  });

  it('cannot be reached by a flow or stage whose name is a path', () => {
    const views = viewFolder({ 'pages/prompt.ejs': 'mine', 'layouts/stacked.ejs': '<%- include(locals.page.view) %>' });
    const odd = prompt([], { flow: { slug: '../..', title: literal('x') }, stage: '../pages', form: null });
    assert.equal(samplePages({ views, cache: false }).render(odd), 'mine');
  });
});
