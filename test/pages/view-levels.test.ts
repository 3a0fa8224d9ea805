import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { createEnrollment } from '../../lib/index.js';
import { tagsIn } from '../../lib/pages/checks/html-tags.js';
import { classIssues } from '../../lib/pages/views/class-names.js';
import { account, page, prompt, samplePages } from '../support/pages/samples.js';
import { viewFolder } from '../support/pages/view-folder.js';

const denied = page('pages/denied', { layout: 'plain' });

for (const cache of [true, false]) {
  describe(`views of several places, ${cache ? 'read once' : 'read for each page'}`, () => {
    it('come from the first of several folders that has the file', () => {
      const [brand, base] = [
        { 'pages/denied.ejs': 'brand <%- include("/elements/links") %>' },
        { 'pages/denied.ejs': 'base', 'elements/links.ejs': 'links of base' },
      ].map(viewFolder);
      assert.match(samplePages({ views: [brand!, base!], cache }).render(denied), /brand links of base/);
      assert.match(samplePages({ views: [base!, brand!], cache }).render(denied), /base/);
      assert.equal(samplePages({ views: [], cache }).render(denied), samplePages().render(denied));
    });

    it('may exist per language, the nearest of which is used, below flow and stage', () => {
      const views = viewFolder({
        'pages/denied.ejs': 'any',
        'pages/denied.de.ejs': 'deutsch',
        'pages/denied.pt-BR.ejs': 'brasileiro',
        'flows/invite/pages/denied.ejs': 'any of the flow',
        'elements/links.de.ejs': 'mehr',
        'pages/problem.ejs': '<%- include("/elements/links") %>',
      });
      const pages = samplePages({ views, cache });
      const shown = (locale: string, more = {}): string =>
        /<main[^>]*>\s*([^<]*)/.exec(pages.render({ ...denied, locale, ...more }))?.[1]?.trim() ?? '';
      assert.deepEqual(
        ['en', 'de', 'de-AT', 'pt', 'pt-BR', '../de'].map((tag) => shown(tag)),
        ['any', 'deutsch', 'deutsch', 'any', 'brasileiro', 'any'],
      );
      assert.equal(shown('de', { flow: { slug: 'invite', title: { id: 'sample.label' } } }), 'any of the flow');
      assert.equal(shown('de', { view: 'pages/problem' }), 'mehr');
      assert.equal(shown('en', { view: 'pages/problem' }), '');
    });
  });
}

describe('slots', () => {
  it('add to every page, and are empty in the kit', () => {
    const names = readdirSync(join(packageRoot, 'views/slots')).map((file) => file.replace('.ejs', ''));
    assert.deepEqual(names.sort(), ['after-form', 'before-form', 'footer', 'head', 'header', 'hidden-fields']);
    const views = viewFolder(Object.fromEntries(names.map((name) => [`slots/${name}.ejs`, `<i>${name}</i>`])));
    for (const layout of readdirSync(join(packageRoot, 'views/layouts')).map((file) => file.replace('.ejs', ''))) {
      const html = samplePages({ views }).render(prompt(account, { layout }));
      assert.match(html, /<i>head<\/i>\s*<link rel="stylesheet"[^]*<\/head>/, layout);
      assert.match(
        html,
        /<body[^]*<i>header<\/i>[^]*<main[^]*<i>before-form<\/i>\s*<form[^>]*>[^]*name="signature"[^>]*>\s*<i>hidden-fields<\/i>[^]*<\/form>\s*<i>after-form<\/i>[^]*<\/main>[^]*<i>footer<\/i>\s*<\/body>/,
        layout,
      );
      assert.doesNotMatch(samplePages().render(prompt(account, { layout })), /Empty on purpose/);
    }
  });
});

describe('class names of the app', () => {
  it('replace those of the kit, and nothing that only resembles them', () => {
    const classes = { field: 'mb-3', button: 'btn btn-primary', 'field--invalid': 'is-invalid' };
    const html = samplePages({ classes }).render(
      prompt(account, { form: { ...prompt([]).form!, errors: { email: [{ id: 'sample.label' }] } } }),
    );
    assert.match(html, /<div class="mb-3">/);
    assert.match(html, /<div class="mb-3 is-invalid">/);
    assert.match(html, /<button class="btn btn-primary"/);
    assert.match(html, /class="enrollment-field__label"/);
    const link = samplePages({ classes }).render(
      page('pages/denied', { links: [{ href: '/', label: { id: 'link.home' }, primary: true }] }),
    );
    assert.match(link, /<a class="btn btn-primary"/);
  });

  for (const given of [
    'md:w-1/2 w-[50%]',
    '[&>p]:mt-4',
    'hover:bg-[#1da1f2] !mt-0',
    `before:content-['x'] after:content-["%>"]`,
    "before:content-['\\201C'] bg-[url(`a`)] x-${1}",
  ]) {
    it(`may be those of utility classes: ${given}`, () => {
      const own = '<% const name = \'enrollment-button\'; %><button class="<%= name %>">x</button>';
      const views = viewFolder({ 'elements/submit.ejs': own });
      for (const cache of [true, false]) {
        const html = samplePages({ classes: { button: given, field: given }, views, cache }).render(prompt(account));
        const classesOf = (tag: string): readonly (string | undefined)[] =>
          tagsIn(html).flatMap(({ name, isEnd, attributes }) =>
            name === tag && !isEnd ? [attributes.get('class')] : [],
          );
        assert.deepEqual(classesOf('button'), [given]);
        assert.ok(classesOf('div').includes(given));
        assert.doesNotMatch(html, /class="[^"]*[<>]/);
      }
    });
  }

  it('may not have line breaks', () => {
    const refused = (button: string) => () => createEnrollment({ baseUrl: 'http://localhost:1', classes: { button } });
    assert.throws(refused('a\nb'), /classes\.button" may not have line breaks/);
  });

  it('are refused where the kit has no such class', () => {
    const texts = [readFileSync(join(packageRoot, 'views/elements/submit.ejs'), 'utf8')];
    assert.deepEqual(classIssues({ button: 'x' }, texts), []);
    const [unknown = '', prefixed = ''] = classIssues({ buton: 'x', 'enrollment-button': 'x' }, texts);
    assert.match(
      unknown,
      /"classes\.buton": neither a template nor a script of the kit has the class "enrollment-buton"; did you mean "button"\?/,
    );
    assert.match(prefixed, /leave out the prefix/);
  });
});

describe('the kit’s stylesheet in a layout of the app', () => {
  it('keeps inputs within their column, although the page around them is the app’s', () => {
    assert.match(
      samplePages().stylesheet.body,
      /\[class\^=['"]?enrollment-['"]?\][^{}]*\{[^}]*box-sizing: ?border-box/,
    );
  });
});
