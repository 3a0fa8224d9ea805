import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isolating } from '../../lib/pages/isolate.js';

const textOf = ({ id, values }: { id: string; values?: Readonly<Record<string, string | number>> }): string =>
  `${id}:${Object.values(values ?? {}).join('|')}`;

describe('what a sentence quotes', () => {
  it('keeps its own direction in a page from right to left', () => {
    const text = isolating(textOf, 'rtl');
    assert.equal(text({ id: 'a', values: { code: '1234-ABCD', count: 3 } }), 'a:\u20681234-ABCD\u2069|3');
    assert.equal(text({ id: 'a' }), 'a:');
    assert.equal(text({ id: 'literal', values: { text: 'x' } }), 'literal:x');
  });

  it('is left as it is from left to right, unless it is written the other way or turns it', () => {
    const text = isolating(textOf, 'ltr');
    assert.equal(text({ id: 'a', values: { name: 'Ann' } }), 'a:Ann');
    assert.equal(text({ id: 'a', values: { name: 'آن', who: 'Ann' } }), 'a:\u2068آن\u2069|Ann');
    assert.equal(text({ id: 'a', values: { name: 'x\u202ecba' } }), 'a:\u2068xcba\u2069');
  });
});
