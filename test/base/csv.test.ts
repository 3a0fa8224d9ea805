import assert from 'node:assert/strict';
import { stringify } from 'csv-stringify/sync';
import { describe, it } from 'mocha';
import { csvRules } from '../../lib/base/csv.js';

const cell = (text: string): string => stringify([[text]], csvRules()).replace(/^"|"?\n$/g, '');

describe('a cell of a CSV', () => {
  for (const start of ['\t', '\r', '\u0000', '\u0001', '\u000b', '\u007f', '\u0085', '\u200b', '\ufeff', '\u202e']) {
    it(`F21: starts no formula after ${JSON.stringify(start)}, and is marked as text`, () => {
      assert.match(cell(`${start}x`), /^'/);
      assert.match(cell(`${start}=1+1`), /^'.*'=1\+1$/s);
      assert.match(cell(`x;${start}@sum`), /'@sum$/);
    });
  }

  it('F21: with a thousand such characters is written without delay', () => {
    for (const text of ['\u0000'.repeat(2000), ' '.repeat(2000), '\u200b;'.repeat(1000)])
      assert.ok(cell(text).length > 0);
  });

  it('stays as it is when it is harmless', () => {
    for (const text of ['x', 'x=1', 'Ann & Bob', '\u202fx'.slice(1), 'ελληνικά', '2026-01-01'])
      assert.equal(cell(text), text);
  });
});
