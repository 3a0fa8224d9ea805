import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { messageIssues } from '../../../lib/pages/languages/message-issues.js';
import { message, messageOf } from '../../../lib/base/message.js';
import { literal } from '../../../lib/flow/policy.js';
import { createCatalogue } from '../../../lib/pages/languages/catalogue.js';
import { gallery } from '../../support/pages/gallery.js';
import { field, json, page, prompt, samplePages, texts } from '../../support/pages/samples.js';

describe('the catalogue', () => {
  it('fills placeholders by name, once', () => {
    const { text } = createCatalogue({ texts: { two: '{a} and {b}, {a}', none: 'plain {' } });
    assert.equal(text(messageOf('two', { a: '{b}$&', b: 2 })), '{b}$& and 2, {b}$&');
    assert.equal(text(messageOf('two', { a: 1 })), '1 and {b}, 1');
    assert.equal(text(messageOf('two')), '{a} and {b}, {a}');
    assert.equal(text(messageOf('none', { a: 1 })), 'plain {');
  });

  it('knows the brand in every text, unless the message has a value of that name', () => {
    const texts = { plain: 'Back to {brand}', only: '{brand}', icu: '{n, plural, one {One of {brand}} other {#}}' };
    const { text } = createCatalogue({ texts, brand: 'Acme' });
    assert.equal(text(messageOf('plain')), 'Back to Acme');
    assert.equal(text(messageOf('only')), 'Acme');
    assert.equal(text(messageOf('icu', { n: 1 })), 'One of Acme');
    assert.equal(text(messageOf('plain', { brand: 'Kopi' })), 'Back to Kopi');
    const plain = createCatalogue({ texts: { literal: '{text}' }, brand: '$& Co' }).text;
    assert.equal(plain(literal('Join {brand}, {name}')), 'Join $& Co, {name}', 'a plain string of a setting');
    assert.equal(
      samplePages({ messages: { 'form.submit': 'Join {brand}' } }).text(message('form.submit')),
      'Join Acme',
    );
  });

  it('shows a literal message as it is', () => {
    assert.equal(samplePages().text(literal('Braces {text} stay')), 'Braces {text} stay');
  });

  it('shows an unknown id as itself, reports it once, and never fails a page', () => {
    const missing: string[] = [];
    const pages = samplePages({ missing: (id) => missing.push(id) });
    const html = pages.render(
      page('pages/denied', { title: messageOf('no.such'), messages: [messageOf('no.such'), messageOf('toString')] }),
    );
    assert.match(html, /<h1 class="enrollment-heading__title">\[no\.such\]<\/h1>/);
    assert.deepEqual(missing, ['no.such', 'toString']);
    assert.equal(samplePages({ missing: undefined }).text(messageOf('constructor')), '[constructor]');
  });

  it('uses the texts of the app, one by one', () => {
    const pages = samplePages({ messages: { 'form.submit': 'Weiter', 'sample.label': 'Dein {thing}' } });
    assert.match(pages.render(prompt([])), />Weiter<\/button>/);
    assert.equal(pages.text(messageOf('sample.label', { thing: 'Name' })), 'Dein Name');
    assert.equal(pages.text(message('errors.heading')), 'There is a problem');
  });

  it('rejects mistakes in them, all at once', () => {
    const messages = {
      'form.submitt': 'Go',
      toString: 'x',
      'page.reference': 'Ref. {refrence}',
      'form.submit': 'Go {where}',
    };
    assert.throws(() => samplePages({ messages }), {
      code: 'ERR_ENROLLMENT_CONFIG',
      issues: [
        '"form.submitt": there is no such sentence; did you mean "form.submit"?',
        '"toString": there is no such sentence',
        '"page.reference": there is no {refrence} here, only {reference}',
        '"form.submit": there is no {where} here, only plain text',
      ],
    });
  });

  it('rejects a value that would be shown with its brace', () => {
    const issuesIn = (text: string) => messageIssues({ nl: { 'page.step': text } }, texts);
    for (const text of [
      'Stap {current van {total}',
      'Stap { current } van {total}',
      'Stap {current} van total}',
      '{current}} van {total}',
      'Stap {{current}} van {total}',
    ])
      assert.match(
        issuesIn(text).join(),
        /^"messages\.nl\.page\.step": write \{\w+\} with one brace on each side/,
        text,
      );
    for (const text of ['Stap {current} van {total}', "Stap l'{current} {total, number}", 'Stap {current}: a {b} c'])
      assert.doesNotMatch(issuesIn(text).join(), /with one brace/, text);
  });

  it('contains every word that a page shows: without it, pages have none', () => {
    const silent = Object.fromEntries(Object.keys(texts).map((id) => [id, '']));
    const pages = samplePages({ texts: silent, brand: { name: '', home: '/' } });
    const words = [...gallery.values()].map((model) =>
      pages.render({
        ...model,
        challenge: { fields: [field('', 'text', { required: false })], text: json('') },
        reference: null,
      }),
    );
    for (const html of words) assert.equal(html.replace(/<[^>]*>/g, '').trim(), '');
  });

  it('has a title and a sentence for each problem', () => {
    const kinds = ['400', '403.forged', '403.cookies', '404', '413', '415', '429', '500', '503'];
    for (const kind of kinds) {
      if (kind !== '429') assert.ok(texts[`problem.${kind}`], kind);
      assert.ok(texts[`problem.${kind}.title`], kind);
    }
  });
});
