import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { viewFolder } from '../support/pages/view-folder.js';
import { createEnrollment, isEnrollmentError, type EnrollmentOptions, type MemoryUser } from '../../lib/index.js';

function issuesOf(options: Partial<EnrollmentOptions<MemoryUser>>): readonly string[] {
  try {
    void createEnrollment<MemoryUser>({
      baseUrl: 'http://localhost:3000',
      logger: { info() {}, warn() {}, error() {} },
      ...options,
    }).close();
    return [];
  } catch (error) {
    assert.ok(isEnrollmentError(error));
    return error.issues;
  }
}

describe('the options brand and csp', () => {
  it('take colors, images of the app, links and further sources', () => {
    assert.deepEqual(
      issuesOf({
        brand: {
          color: { light: '#0b6e4f', dark: '#5fd3a8' },
          background: '#fff',
          radius: '4px',
          logo: '/logo.svg',
          picture: 'https://cdn.example/beans.jpg',
          layout: 'split',
          links: { terms: '/terms', privacy: 'https://acme.example/privacy', help: 'mailto:help@acme.example' },
        },
        csp: { imgSrc: ['https://cdn.example'], fontSrc: ["'self'"] },
      }),
      [],
    );
  });

  it('refuse a layout that no file has, which would fail on every page', () => {
    assert.deepEqual(issuesOf({ brand: { layout: 'splt' } }), [
      `"brand.layout": there is no view 'layouts/splt.ejs'; did you mean "split"?`,
    ]);
    const inOneFlow = viewFolder({ 'flows/invite/layouts/club.ejs': '<%- include(locals.page.view) %>' });
    assert.equal(issuesOf({ brand: { layout: 'club' }, views: inOneFlow }).length, 1);
  });

  it('take a layout of your own, and say nothing of its file', () => {
    const views = viewFolder({
      'layouts/club.ejs':
        '<!doctype html><html lang="en"><head><%- include("/elements/head") %></head><%- include(locals.page.view) %></html>',
    });
    const said: string[] = [];
    const logger = { info() {}, warn: (_: object, text: string) => said.push(text), error() {} };
    assert.deepEqual(issuesOf({ brand: { layout: 'club' }, views, logger }), []);
    assert.deepEqual(
      said.filter((text) => text.includes('club')),
      [],
    );
  });

  it('warn of pictures and links that no layout in use shows', () => {
    const saidOf = (more: Parameters<typeof issuesOf>[0]): string => {
      const said: string[] = [];
      const warn = (data: object, text: string) =>
        void (Reflect.get(data, 'code') === 'WARN_NO_EFFECT' && said.push(text));
      assert.deepEqual(issuesOf({ ...more, logger: { info() {}, warn, error() {} } }), []);
      return said.join('\n');
    };
    const picture = '/picture.jpg';
    const links = { help: '/help' };
    assert.match(
      saidOf({ brand: { picture } }),
      /^"brand\.picture" is shown by the layout split only, and pages have stacked: set brand\.layout, or the layout of a flow$/,
    );
    assert.match(
      saidOf({ brand: { layout: 'plain', links } }),
      /^"brand\.links" is shown by the layouts split and stacked only/,
    );
    assert.match(saidOf({ brand: { layout: 'plain', logo: '/a.svg' } }), /^"brand\.logo" is shown by/);
    for (const brand of [
      { picture, links, layout: 'split' },
      { links },
      { links: { terms: '/terms' }, layout: 'plain' },
    ])
      assert.equal(saidOf({ brand }), '');
    assert.equal(saidOf({ brand: { picture }, render: () => '' }), '');
    const views = viewFolder({ 'slots/header.ejs': '<img src="<%= locals.brand.picture || "/x" %>" alt="">' });
    assert.equal(saidOf({ brand: { picture }, views }), '');
    assert.match(
      saidOf({ locale: () => 'de' }),
      /^"locale" is never called, because pages are in one language, en: name/,
    );
    assert.equal(saidOf({ locale: () => 'de', languages: ['en', 'de'] }), '');
  });

  it('refuse a relative image, which each page would look for beside itself', () => {
    const issue = `"brand.logo" must begin with a slash: from "logo.svg", each page would load another file`;
    assert.deepEqual(issuesOf({ brand: { logo: 'logo.svg' } }), [issue]);
  });

  it('refuse an image that no page can load, without naming a source that csp does not take', () => {
    const told = `"brand.logo" must be a path of the app, a data: URL or an https address`;
    for (const logo of ['javascript:alert(1)', 'http://cdn.example/logo.svg'])
      assert.deepEqual(issuesOf({ brand: { logo } }), [told], logo);
  });

  it('refuse what would not be seen, or would open the policy', () => {
    const issues = issuesOf({
      brand: { color: 'tomato', radius: '1em; } *{', links: { terms: 'javascript:alert(1)' }, layout: '../x' },
      csp: { scriptSrc: ["'unsafe-inline'", '*'] },
    }).join('\n');
    assert.match(issues, /brand\.color[^\n]*#rrggbb/);
    assert.match(issues, /brand\.radius/);
    assert.match(issues, /brand\.links\.terms[^\n]*https/);
    assert.match(issues, /brand\.layout/);
    assert.match(issues, /csp\.scriptSrc\[0\][^]*csp\.scriptSrc\[1\]/);
  });

  it('refuse what shows nothing without another setting', () => {
    assert.deepEqual(issuesOf({ brand: { logoDark: '/dark.svg', consent: true, links: { help: '/help' } } }), [
      '"brand.logoDark" needs "brand.logo": it replaces that on dark pages',
      '"brand.consent" needs "brand.links.terms" or "brand.links.privacy": the sentence names them',
    ]);
    assert.deepEqual(
      issuesOf({ brand: { logo: '/a.svg', logoDark: '/dark.svg', consent: true, links: { terms: '/t' } } }),
      [],
    );
  });

  it('refuse an image that the pages’ own policy would block', () => {
    assert.deepEqual(issuesOf({ brand: { logo: 'https://cdn.example/logo.svg' } }), [
      `"brand.logo" is on https://cdn.example, which the pages may not load from: serve it yourself, or set csp: { imgSrc: ['https://cdn.example'] }`,
    ]);
    assert.match(
      issuesOf({ brand: { logo: '/a.svg', logoDark: '//cdn.example/logo.svg' } }).join('\n'),
      /^"brand\.logoDark" is on https:.*imgSrc: \['https:\/\/cdn\.example'\] \}$/,
    );
  });
});
