import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { english } from '../../lib/base/texts/english.js';
import { linkedText, linkNames } from '../../lib/base/linked-text.js';
import { shippedTags, shippedTexts } from '../../lib/pages/languages/shipped-languages.js';
import { samplePages } from '../support/pages/samples.js';

describe('a sentence with named links', () => {
  it('comes apart at its links, in the order of the language', () => {
    assert.deepEqual(linkedText('Read <b>the <i></b> and <a>this</a>', { a: '/a', b: '/b' }), [
      { text: 'Read <b>the <i></b> and ', href: null },
      { text: 'this', href: '/a' },
    ]);
    assert.deepEqual(linkedText('<b>B</b><a>A</a>.', { a: '/a', b: '/b' }), [
      { text: 'B', href: '/b' },
      { text: 'A', href: '/a' },
      { text: '.', href: null },
    ]);
    for (const name of ['constructor', '__proto__', 'other'])
      assert.deepEqual(linkedText(`<${name}>x</${name}>`, { a: '/a' }), [{ text: 'x', href: null }]);
    assert.deepEqual(linkedText('', {}), []);
  });

  it('has the same links in every language that ships', () => {
    for (const id of ['consent.both', 'consent.terms', 'consent.privacy'] as const)
      for (const tag of shippedTags()) {
        const text = shippedTexts(tag)?.[id] ?? english[id];
        assert.deepEqual(linkNames(text).toSorted(), linkNames(english[id]).toSorted(), `${tag} ${id}`);
      }
  });

  it('is refused at the start with links that do not exist, or that are not whole', () => {
    const messages = {
      'consent.terms': 'Our <rules>rules</rules>.',
      'consent.both': 'Our <terms>rules and <privacy>data</privacy>.',
      'consent.privacy': 'We are <b>kind</b>.',
      'form.submit': '<b>Go</b>',
    };
    assert.throws(() => samplePages({ messages }), {
      issues: [
        '"consent.terms": there is no link <rules> here, only <terms>…</terms>',
        '"consent.both": <terms> is not a whole link; write <terms>…</terms>, <privacy>…</privacy>',
        '"consent.privacy": there is no link <b> here, only <privacy>…</privacy>',
      ],
    });
  });

  it('is refused at the start without a link of the sentence that it replaces, with its path', () => {
    const messages = {
      nl: { 'consent.terms': 'Je gaat akkoord.', 'consent.both': 'Je gaat akkoord met <terms>alles</terms>.' },
    };
    assert.throws(() => samplePages({ messages }), {
      issues: [
        '"messages.nl.consent.terms": lacks the link <terms>…</terms>',
        '"messages.nl.consent.both": lacks the link <privacy>…</privacy>',
      ],
    });
  });
});
