import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { directionOf } from '../../lib/base/language-tag.js';
import { literal } from '../../lib/flow/policy.js';
import { packageRoot } from '#package-root';
import type { Pages } from '../../lib/pages/pages.js';
import { hasRareBlock } from '../../lib/pages/theme/rare-rules.js';
import { galleryPages, layouts } from '../support/pages/gallery-app.js';
import { gallery } from '../support/pages/gallery.js';
import { page, samplePages } from '../support/pages/samples.js';
import { viewFolder } from '../support/pages/view-folder.js';

const docs = readFileSync(join(packageRoot, 'docs/branding.md'), 'utf8');

/** The stylesheets that the page loads. */
function stylesheetsOf(html: string): readonly string[] {
  return [...html.matchAll(/<link rel="stylesheet" href="([^"]+)">/g)].map(([, path = '']) => path);
}

/** What the page loads before it is shown, compressed, in bytes. */
function weightOf(html: string, { stylesheets }: Pages): number {
  const styles = stylesheetsOf(html).map((path) => stylesheets.get(path) ?? assert.fail());
  return [html, ...styles].reduce((sum, text) => sum + gzipSync(text).length, 0);
}

describe('the document', () => {
  const pages = samplePages();

  it('states page, brand, language and direction, and is not indexed by search engines', () => {
    const persian = samplePages({ messages: { 'fa-IR': {} } });
    const html = persian.render(page('pages/denied', { locale: 'fa-IR', title: message('denied.title') }));
    assert.match(html, /^<!doctype html>\n<html lang="fa-IR" dir="rtl">/);
    assert.match(html, /<title>\u2068You can’t continue here\u2069 · \u2068Acme\u2069<\/title>/);
    assert.match(html, /<meta name="robots" content="noindex">/);
    assert.match(html, /<meta name="viewport" content="width=device-width, initial-scale=1">/);
  });

  it('runs no script of its own words and has no inline style', () => {
    const html = pages.render(page('pages/denied'));
    assert.doesNotMatch(html, /<script|<style| style=| on[a-z]+=/i);
    assert.doesNotMatch(pages.stylesheet.body, /@import|url\(|https?:/);
  });

  it('links the stylesheet under a name that changes with its content', () => {
    assert.equal(pages.stylesheets.size, 4);
    for (const path of pages.stylesheets.keys()) assert.match(path, /^\/join\/assets\/enrollment\.[0-9a-f]{12}\.css$/);
    const [linked = '', ...more] = stylesheetsOf(pages.render(page('pages/denied')));
    assert.ok(pages.stylesheets.has(linked));
    assert.deepEqual(more, []);
    assert.equal(samplePages({ assetsPath: '/join/assets/' }).stylesheet.path, pages.stylesheet.path);
  });

  describe('has a first page that is small with its stylesheet, each compressed by itself: under 5 kB', () => {
    const links = (['terms', 'privacy', 'help'] as const).map((name) => ({
      href: `/${name}`,
      label: message(`link.${name}`),
    }));
    const [, example = ''] = /```ts\ncreateEnrollment\(\{\n {2}\/\/ …\n {2}brand: (\{[^]*?\n {2}\}),/.exec(docs) ?? [];
    const documented = {
      ...{ name: 'Kopi Club', home: '/', logo: '/logo.svg', logoDark: '/logo-dark.svg', color: '#0c7454' },
      ...{ background: '#f3efe8', radius: '0.25rem', layout: 'split', picture: '/pictures/beans.jpg', links },
    };

    it('in the example of docs/branding.md', () => {
      for (const [name, value] of Object.entries(documented))
        assert.ok(typeof value !== 'string' || name === 'home' || example.includes(`${name}: '${value}'`), name);
    });

    const { layout: _layout, picture: _picture, ...stacked } = documented;
    const { picture: _none, ...withoutPicture } = documented;
    for (const [name, brand] of Object.entries({
      'a name': { name: 'Acme', home: '/' },
      'a name and links': { name: 'Acme', home: '/', links },
      'every setting but a layout': stacked,
      'two colors for each': {
        ...stacked,
        color: { light: '#0c7454', dark: '#5fd3a8' },
        background: { light: '#f3efe8', dark: '#101418' },
      },
      'the layout plain': { ...stacked, layout: 'plain' },
      'the layout split without a picture': withoutPicture,
      'the layout split': documented,
    })) {
      it(`with ${name}, in nine languages`, () => {
        const branded = galleryPages({ brand });
        for (const { tag } of branded.languages) {
          const first = { ...(gallery.get('code') ?? assert.fail()), layout: null, locale: tag };
          const html = branded.render({ ...first, languagePath: '/join/if/flow/invite/' });
          const weight = weightOf(html, branded);
          assert.ok(weight < 5000, `${tag}: ${weight}`);
        }
      });
    }
  });

  it('loads the rules of every class that it has, or that its scripts add', () => {
    const classesIn = (text: string) => new Set(text.match(/enrollment-[a-z_-]+/g));
    const all = classesIn(pages.stylesheet.body);
    const loaded = new Set<string>();
    for (const [name, model] of gallery) {
      for (const layout of layouts) {
        const html = pages.render({ ...model, layout });
        const paths = stylesheetsOf(html);
        loaded.add(paths.join(' '));
        const has = classesIn(paths.map((path) => pages.stylesheets.get(path) ?? assert.fail()).join('\n'));
        const scripts = [...pages.scripts].filter(([script]) => html.includes(script)).map(([, body]) => body);
        // Without what would start them, scripts add nothing.
        const idle = [/data-time/.test(html) ? [] : ['ending'], /data-simple/.test(html) ? [] : ['strength']].flat();
        const missing = [...classesIn([html, ...scripts].join('\n'))].filter(
          (one) => all.has(one) && !has.has(one) && !idle.some((block) => one.startsWith(`enrollment-${block}`)),
        );
        assert.deepEqual(missing, [], `${name}, ${layout}`);
      }
    }
    // Each with and without the second file.
    assert.equal(loaded.size, 4);
  });

  it('loads the second file only where it has one of its blocks, or a script that adds one', () => {
    for (const [name, model] of gallery) {
      const html = pages.render(model);
      const needs = hasRareBlock(html) || /password-strength|session-end/.test(html);
      assert.equal(stylesheetsOf(html).length, needs ? 2 : 1, name);
    }
  });

  it('loads every rule once, in the order of the theme', () => {
    const [whole, ...parts] = [...pages.stylesheets.values()];
    assert.ok(whole !== undefined && parts.length === 3);
    const [common = '', split = '', rare = ''] = parts;
    assert.ok(split.length > common.length && common.length > rare.length);
    // What stands in two files are the names of at-rules and of selector lists that were divided.
    assert.ok(split.length + rare.length > whole.length);
    assert.ok(split.length + rare.length < whole.length * 1.05, `${split.length} + ${rare.length}, ${whole.length}`);
  });

  it('loads all its rules where a class map, a template or a layout of the app may need them', () => {
    const first = gallery.get('code') ?? assert.fail();
    assert.equal(stylesheetsOf(pages.render(first)).length, 1);
    const mapped = samplePages({ classes: { message: 'enrollment-alert x' } });
    assert.equal(stylesheetsOf(mapped.render({ ...first, messages: [literal('Words')] })).length, 2);
    const own = samplePages({ views: viewFolder({ 'slots/footer.ejs': '<p class="a enrollment-alert">Words</p>' }) });
    assert.equal(stylesheetsOf(own.render(first)).length, 2);
    assert.equal(pages.content(first).locals.stylesheet, pages.stylesheet.path);
    const head = '<link href="<%= locals.stylesheet %>" rel="stylesheet">';
    const another = samplePages({ views: viewFolder({ 'elements/head.ejs': `<title>x</title>${head}` }) });
    assert.ok(another.render(first).includes(pages.stylesheet.path), 'a link of its own notation');
  });

  it('knows the writing direction of a language', () => {
    for (const tag of ['ar', 'he-IL', 'fa', 'ur-PK', 'AR', 'az-Arab', 'ar_EG'])
      assert.equal(directionOf(tag), 'rtl', tag);
    for (const tag of ['en', 'de-AT', 'id', 'ks-Deva', '', 'ar-Latn', 'zh-Hans'])
      assert.equal(directionOf(tag), 'ltr', tag);
  });

  it('is still shown when a view throws', () => {
    const broken = samplePages({ views: viewFolder({ 'pages/denied.ejs': '<% throw new Error("secret path") %>' }) });
    assert.throws(() => broken.render(page('pages/denied')), {
      code: 'ERR_ENROLLMENT_VIEWS',
      status: 500,
      expose: false,
    });
    const html = broken.renderPlain({
      locale: 'en',
      languagePath: null,
      title: message('problem.500.title'),
      messages: [message('problem.500')],
      reference: 'K7PQ3XWM',
      links: [{ href: '/join/', label: message('link.try_again') }],
    });
    assert.match(html, /<h1[^>]*>Something went wrong<\/h1>/);
    assert.match(html, /Reference: K7PQ3XWM/);
    assert.match(html, /<a class="enrollment-button" href="\/join\/">Try again<\/a>/);
    assert.doesNotMatch(html, /secret path/);
  });
});
