import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { directionOf } from '../../lib/base/language-tag.js';
import { literal } from '../../lib/flow/policy.js';
import { layouts } from '../support/pages/gallery-app.js';
import { gallery } from '../support/pages/gallery.js';
import { page, samplePages } from '../support/pages/samples.js';
import { viewFolder } from '../support/pages/view-folder.js';

/** What the page loads. */
function stylesheetOf(html: string): string {
  return /<link rel="stylesheet" href="([^"]+)">/.exec(html)?.[1] ?? '';
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
    assert.equal(pages.stylesheets.size, 2);
    for (const path of pages.stylesheets.keys()) assert.match(path, /^\/join\/assets\/enrollment\.[0-9a-f]{12}\.css$/);
    assert.ok(pages.stylesheets.has(stylesheetOf(pages.render(page('pages/denied')))));
    assert.equal(samplePages({ assetsPath: '/join/assets/' }).stylesheet.path, pages.stylesheet.path);
  });

  it('has a first page that is small with its stylesheet, each compressed by itself: under 4.75 kB', () => {
    const html = pages.render(gallery.get('code') ?? assert.fail());
    const styles = pages.stylesheets.get(stylesheetOf(html)) ?? assert.fail();
    const sizes = [html, styles].map((text) => gzipSync(text).length);
    assert.ok(sizes.reduce((sum, size) => sum + size) < 4750, sizes.join(' + '));
  });

  it('loads the rules of every class that it has, or that its scripts add', () => {
    const classesIn = (text: string) => new Set(text.match(/enrollment-[a-z_-]+/g));
    const all = classesIn(pages.stylesheet.body);
    const loaded = new Set<string>();
    for (const [name, model] of gallery) {
      for (const layout of layouts) {
        const html = pages.render({ ...model, layout });
        const path = stylesheetOf(html);
        loaded.add(path);
        const has = classesIn(pages.stylesheets.get(path) ?? assert.fail());
        const scripts = [...pages.scripts].filter(([script]) => html.includes(script)).map(([, body]) => body);
        const missing = [...classesIn([html, ...scripts].join('\n'))].filter((one) => all.has(one) && !has.has(one));
        assert.deepEqual(missing, [], `${name}, ${layout}`);
      }
    }
    assert.equal(loaded.size, 2);
  });

  it('loads the whole stylesheet where a class map, a template or a layout of the app may need it', () => {
    const whole = pages.stylesheet.path;
    const first = gallery.get('code') ?? assert.fail();
    assert.notEqual(stylesheetOf(pages.render(first)), whole);
    const mapped = samplePages({ classes: { message: 'enrollment-alert x' } });
    assert.equal(stylesheetOf(mapped.render({ ...first, messages: [literal('Words')] })), whole);
    const own = samplePages({ views: viewFolder({ 'slots/footer.ejs': '<p class="a enrollment-alert">Words</p>' }) });
    assert.equal(stylesheetOf(own.render(first)), whole);
    assert.equal(pages.content(first).locals.stylesheet, whole);
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
