import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { secretSearch } from '../../lib/expressions/secret-search.js';

describe('the search for passwords and codes in what an expression leaves', () => {
  it('finds a long one in whatever case, without its dashes and with other blanks', () => {
    const search = secretSearch('ABCD-efgh 12');
    for (const text of ['abcdefgh12', 'x A-B-C-D e.f.g.h_12!', 'abcd–efgh\u00a012'])
      assert.equal(search?.isIn(text), true, text);
    assert.equal(search?.isIn('abcdefg12'), false);
    assert.equal(search?.conceal('the code abcd-efgh-12, and ABCDEFGH12ABCDEFGH12.'), 'the code •••, and ••••••.');
    assert.equal(secretSearch('ΣΊΣΥΦΟΣΣΣ')?.conceal('ο σίσυφοσσς!'), 'ο •••!');
  });

  it('finds a short one with its own blanks only, and one of three letters not at all', () => {
    assert.equal(secretSearch(' a-b7 ')?.conceal('A-B7, ab7'), '•••, ab7');
    assert.equal(secretSearch('ab7'), null);
  });

  it('takes time that grows with the text only', () => {
    const text = 'a'.repeat(600_000);
    for (const secret of [`${'a'.repeat(998)}b`, `b${'a'.repeat(998)}`, `${'a'.repeat(500)}b${'a'.repeat(500)}`]) {
      const begun = performance.now();
      assert.equal(secretSearch(secret)?.isIn(text), false);
      assert.equal(secretSearch(secret)?.conceal(text.slice(0, 100_000)).length, 100_000);
      const took = performance.now() - begun;
      assert.ok(took < 1000, `${String(took)} ms`);
    }
  });
});
