import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inviteFlow, issuesOf, warningsOf } from '../../support/pages/issues.js';
import { gallery } from '../../support/pages/gallery.js';
import { account, prompt, samplePages } from '../../support/pages/samples.js';
import { viewFolder } from '../../support/pages/view-folder.js';

const model = prompt(account, { stage: 'account' });

const whole = `<!doctype html>
<html lang="<%= locals.lang %>" dir="<%= locals.dir %>">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><%= locals.page.documentTitle %></title>
<link rel="stylesheet" href="<%= locals.stylesheet %>">
<% for (const one of locals.scripts) { %><script type="module" src="<%= one %>"></script><% } %>
</head>
<body><svg><title>x</title></svg><%- include(locals.page.view) %><%- include('/elements/languages') %></body>
</html>`;

/** What the start, development and production say of a layout. */
function saidOf(
  layout: string,
  { languages = ['en'], classes = {} }: { languages?: readonly string[]; classes?: Record<string, string> } = {},
): { readonly start: readonly string[]; readonly drawn: readonly string[]; readonly production: readonly string[] } {
  const views = viewFolder({ 'layouts/stacked.ejs': layout });
  const shorter = (texts: readonly string[]): readonly string[] => texts.map((text) => text.replace(`${views}/`, ''));
  const liveOf = (cache: boolean): readonly string[] => {
    const said: string[] = [];
    const pages = samplePages({ views, classes, cache, languages, warn: (text) => void said.push(text) });
    for (const locale of languages) pages.render({ ...model, locale });
    return shorter(said);
  };
  assert.deepEqual(issuesOf(views, [inviteFlow], { classes, languages }), []);
  return {
    start: shorter(warningsOf(views, languages, [inviteFlow], { classes })),
    drawn: liveOf(false),
    production: liveOf(true),
  };
}

function assertSaid(layout: string, texts: readonly string[], more: Parameters<typeof saidOf>[1] = {}): void {
  const { start, drawn, production } = saidOf(layout, more);
  assert.deepEqual([start, drawn, production], [texts, texts, texts]);
}

describe('a layout of an app', () => {
  it('with everything that a page needs is not told of anything, in any state and language', () => {
    assertSaid(whole, [], { languages: ['en', 'de', 'ar'] });
    assertSaid(whole, [], { languages: ['ar'] });
    const views = viewFolder({ 'slots/footer.ejs': '<p>Hello</p>', 'layouts/stacked.ejs': whole });
    const said: string[] = [];
    const pages = samplePages({ views, cache: false, warn: (text) => void said.push(text) });
    for (const state of gallery.values()) pages.render(state);
    assert.deepEqual(said, []);
  });

  for (const [what, layout, said] of [
    [
      'a title',
      whole.replace(/<title><%.*/, ''),
      'layouts/stacked.ejs:3: has no title: write <title><%= locals.page.documentTitle %></title> (model.page in render)',
    ],
    [
      'a language',
      whole.replace(' lang="<%= locals.lang %>"', ''),
      'layouts/stacked.ejs:2: has no language: write <html lang="<%= locals.lang %>"> (model.lang in render)',
    ],
    [
      'a viewport',
      whole.replace(/<meta.*/, ''),
      'layouts/stacked.ejs:3: has no viewport, so that phones show it small: write <meta name="viewport" content="width=device-width, initial-scale=1">',
    ],
    [
      'a zoom',
      whole.replace('initial-scale=1', 'user-scalable=no'),
      'layouts/stacked.ejs:3: keeps people from zooming: write <meta name="viewport" content="width=device-width, initial-scale=1">',
    ],
    [
      'the doctype',
      whole.replace('<!doctype html>', ''),
      'layouts/stacked.ejs:3: does not begin with <!doctype html>: browsers then draw it by rules of old',
    ],
    [
      'a head',
      '<%- include(locals.page.view) %>',
      'layouts/stacked.ejs:1: is no whole document, only its content: put it into a layout with <html lang>, <title> and the stylesheet',
    ],
  ] as const) {
    it(`is told when it lacks ${what}: at the start, in development and in production, once, with file and line`, () => {
      const { start, drawn, production } = saidOf(layout);
      const others = (texts: readonly string[]) => texts.filter((text) => !text.includes('loads none of its scripts'));
      assert.deepEqual([start, drawn, production].map(others), [[said], [said], [said]]);
    });
  }

  it('of the option render is told of the same, in production too', () => {
    const said: string[] = [];
    const pages = samplePages({ cache: true, warn: (text) => void said.push(text) });
    const { html, locals } = pages.content(model);
    for (let count = 0; count < 2; count += 1) pages.check(html, model, locals);
    const text = 'is no whole document, only its content: put it into a layout';
    assert.equal(
      said.filter((one) => one.startsWith(`the page "pages/prompt" (flow "invite", stage "account") ${text}`)).length,
      1,
    );
  });

  it('is told of a fixed language where pages have another, and of a direction that it does not say', () => {
    const fixed = whole.replace('<%= locals.lang %>', 'en').replace(' dir="<%= locals.dir %>"', '');
    const remedy = 'write <html lang="<%= locals.lang %>"> (model.lang in render)';
    assertSaid(fixed, []);
    assertSaid(fixed, [`layouts/stacked.ejs:2: has lang="en" in the language "de": ${remedy}`], {
      languages: ['en', 'de'],
    });
    assertSaid(
      fixed,
      [
        `layouts/stacked.ejs:2: has lang="en" in the language "ar": ${remedy}`,
        'layouts/stacked.ejs:2: is written from right to left in the language "ar", and does not say so: write <html dir="<%= locals.dir %>"> (model.dir in render)',
      ],
      { languages: ['en', 'ar'] },
    );
    assertSaid(fixed.replace('"en"', '"de-AT"'), [], { languages: ['de'] });
  });

  it('is told of classes without their stylesheet, unless they are the app’s own', () => {
    const said = [
      'layouts/stacked.ejs:3: does not load the stylesheet of its classes: write <link rel="stylesheet" href="<%= locals.stylesheet %>"> (model.stylesheet in render), or set the option "classes"',
    ];
    const linked = (link: string): string => whole.replace(/<link.*/, link);
    const classes = { button: 'btn' };
    assertSaid(linked(''), said);
    assertSaid(linked('<link rel="stylesheet" href="/app.css">'), said);
    assertSaid(linked(''), said, { classes });
    assertSaid(linked('<link rel="stylesheet" href="/app.css">'), [], { classes });
    assertSaid(linked('<link rel="stylesheet" href="/my-enrollment.css">'), []);
  });
});
