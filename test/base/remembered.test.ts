import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { remembered } from '../../lib/base/remembered.js';

describe('remembered()', () => {
  it('computes a text once, while it is among the latest', () => {
    const computed: string[] = [];
    const read = remembered(2, (text) => {
      computed.push(text);
      return text.toUpperCase();
    });
    assert.deepEqual(['a', 'b', 'a', 'c', 'b', 'c', 'a'].map(read), ['A', 'B', 'A', 'C', 'B', 'C', 'A']);
    // `a` was the oldest when `c` came.
    assert.deepEqual(computed, ['a', 'b', 'c', 'a']);
  });

  it('keeps no null: texts that are refused displace nothing', () => {
    const computed: string[] = [];
    const read = remembered(1, (text) => {
      computed.push(text);
      return text === 'good' ? { text } : null;
    });
    const first = read('good');
    for (const text of ['bad', 'worse', 'bad']) assert.equal(read(text), null);
    assert.equal(read('good'), first);
    assert.deepEqual(computed, ['good', 'bad', 'worse', 'bad']);
  });
});
