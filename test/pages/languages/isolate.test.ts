import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isolating } from '../../../lib/pages/languages/isolate.js';

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
