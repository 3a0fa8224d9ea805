import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isolating, isolatingForeign } from '../../../lib/pages/languages/isolate.js';

describe('what a sentence quotes', () => {
  it('keeps its own direction in a page from right to left', () => {
    const quote = isolating('rtl');
    assert.equal(quote('1234-ABCD'), '\u20681234-ABCD\u2069');
    assert.equal(quote(3), '3');
  });

  it('is left as it is from left to right, unless it is written the other way or turns it', () => {
    const quote = isolating('ltr');
    assert.equal(quote('Ann'), 'Ann');
    assert.equal(quote('آن'), '\u2068آن\u2069');
    assert.equal(quote('x\u202ecba'), '\u2068xcba\u2069');
  });
});

describe('a text that is not in the language of its page', () => {
  it('keeps its own direction', () => {
    const inPage = isolatingForeign('rtl');
    assert.equal(inPage('Not translated yet.', false), '\u2068Not translated yet.\u2069');
    assert.equal(inPage('Acme يرحب بك.', true), '\u2068Acme يرحب بك.\u2069', 'one of the app begins in its direction');
    assert.equal(isolatingForeign('ltr')('مرحبا Ann', true), '\u2068مرحبا Ann\u2069');
  });

  it('is told from a sentence of the language that begins with a value or a name', () => {
    const inPage = isolatingForeign('rtl');
    for (const text of ['\u2068Firefox\u2069، الآن', 'OAuth جاهز.', '12:30', '\u2068Ann\u2069', 'مرحبا'])
      assert.equal(inPage(text, false), text);
    assert.equal(inPage('\u2068Firefox\u2069، الآن', true), '\u2068Firefox\u2069، الآن');
    assert.equal(isolatingForeign('ltr')('Hello \u2068عمر\u2069', true), 'Hello \u2068عمر\u2069');
  });
});
