import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inviteSignupFlow } from '../../../lib/index.js';
import { pageWarnings } from '../../../lib/pages/checks/page-issues.js';
import { texts } from '../../support/pages/samples.js';
import { viewFolder } from '../../support/pages/view-folder.js';

const bare = `<!doctype html>
<html lang="<%= locals.lang %>" dir="<%= locals.dir %>"><head><%- include('/elements/head') %></head>
<body><main><%- include(locals.page.view) %></main>`;
const brand = { logo: '/l.svg', picture: '/p.jpg', links: { terms: '/t', help: '/help' } };

const flow = inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] });

type Wishes = Partial<Parameters<typeof pageWarnings>[0]>;

function saidOf(files: Readonly<Record<string, string>>, wishes: Wishes = {}): readonly string[] {
  const views = viewFolder(files);
  const flows = [flow];
  const asked = { flows, texts, assetsPath: '/join/if/assets', brand, languages: ['en', 'de'], ...wishes, views };
  return pageWarnings(asked).map((text) => text.replaceAll(`${views}/`, ''));
}

describe('a layout of an app', () => {
  it('is told of the logo, the picture, the links and the language switch that it does not show', () => {
    const told = saidOf({ 'layouts/stacked.ejs': bare });
    assert.deepEqual(told, [
      "layouts/stacked.ejs:3: does not show the logo (brand.logo): include('/elements/brand')",
      "layouts/stacked.ejs:3: does not show the picture (brand.picture): include('/elements/panel')",
      "layouts/stacked.ejs:3: does not show the link brand.links.help: include('/elements/legal')",
      "layouts/stacked.ejs:3: does not show the language switch (an empty elements/languages leaves it out): include('/elements/languages')",
    ]);
    assert.equal(saidOf({ 'layouts/stacked.ejs': bare }, { brand: { ...brand, consent: false } }).length, 5);
    assert.deepEqual(saidOf({ 'layouts/stacked.ejs': bare }, { brand: {}, languages: ['en'] }), []);
  });

  it('may show them in its own way, in a slot, or in another of the layouts', () => {
    const own = `${bare}<img src="<%= locals.brand.logo %>" alt=""><%- include('/slots/footer') %>`;
    const footer =
      '<div data-picture="<%= locals.brand.picture %>"></div><% for (const { href } of locals.brand.links) { %><a href="<%= href %>">x</a><% } %><% for (const { href, name } of locals.languages) { %><a href="<%= href %>"><%= name %></a><% } %>';
    const isOfBrand = (text: string): boolean => text.includes('does not show');
    assert.deepEqual(saidOf({ 'layouts/stacked.ejs': own, 'slots/footer.ejs': footer }).filter(isOfBrand), []);
    const flows = [{ ...flow, layout: 'split' }];
    const told = saidOf({ 'layouts/stacked.ejs': bare }, { flows });
    assert.deepEqual(
      told.filter((text) => !text.includes('language switch')),
      [],
    );
  });

  it('needs no switch where the app says that it has its own', () => {
    const files = { 'layouts/stacked.ejs': bare };
    assert.deepEqual(saidOf({ ...files, 'elements/languages.ejs': '' }, { brand: {} }), []);
    assert.deepEqual(saidOf(files, { brand: {}, locale: () => 'de' }), []);
  });

  it('is not told what an element of the app leaves out: the element is', () => {
    assert.deepEqual(
      saidOf({ 'elements/brand.ejs': '<b><%= locals.brand.name %></b>' }, { brand: { logo: '/l.svg' } }),
      ['elements/brand.ejs:1: does not show the logo (brand.logo): write <img src="<%= locals.brand.logo %>" alt="…">'],
    );
  });
});
