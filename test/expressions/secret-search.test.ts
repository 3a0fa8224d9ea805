import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { finderOf } from '../../lib/base/find-text.js';
import { foldedText, secretSearch } from '../../lib/expressions/secret-search.js';

describe('the search for passwords and codes in what an expression leaves', () => {
  it('finds a long one in whatever case, without its dashes and with other blanks', () => {
    const search = secretSearch('ABCD-efgh 12');
    for (const text of ['abcdefgh12', 'x A-B-C-D e.f.g.h_12!', 'abcd–efgh\u00a012'])
      assert.equal(search?.isIn(foldedText(text)), true, text);
    assert.equal(search?.isIn(foldedText('abcdefg12')), false);
    assert.equal(search?.conceal('the code abcd-efgh-12, and ABCDEFGH12ABCDEFGH12.'), 'the code •••, and ••••••.');
    assert.equal(secretSearch('ΣΊΣΥΦΟΣΣΣ')?.conceal('ο σίσυφοσσς!'), 'ο •••!');
  });

  it('finds a short one with its own blanks only, and one of three letters not at all', () => {
    assert.equal(secretSearch(' a-b7 ')?.conceal('A-B7, ab7'), '•••, ab7');
    assert.equal(secretSearch('ab7'), null);
  });

  it('reads a quoted text as it was typed, also where the text is cut within an escape', () => {
    const search = secretSearch('it\'s "fine" é 9');
    assert.equal(search?.conceal(`x 'it\\'s "fine" é 9', y`), `x '•••', y`);
    assert.equal(search?.conceal('x "it\'s \\"fine\\" \\u00e9 9", y'), 'x "•••", y');
    for (const end of ['\\', '\\u', '\\u00e'])
      assert.equal(search?.conceal(`x "it's \\"fine\\" ${end}`, true), 'x "•••\\" ', end);
    assert.equal(secretSearch('plain code 12')?.passes, 1);
  });

  it('takes time that grows with the text only', () => {
    const text = 'a'.repeat(600_000);
    const marks = '\\'.repeat(600_000);
    const quoted = secretSearch(`${'\\"'.repeat(400)}abcd`);
    const start = performance.now();
    assert.equal(quoted?.isIn(foldedText(marks)), false);
    assert.ok((quoted?.conceal(marks.slice(0, 100_000), true).length ?? 0) > 99_000);
    assert.ok(performance.now() - start < 1000);
    for (const secret of [`${'a'.repeat(998)}b`, `b${'a'.repeat(998)}`, `${'a'.repeat(500)}b${'a'.repeat(500)}`]) {
      const begun = performance.now();
      assert.equal(secretSearch(secret)?.isIn(foldedText(text)), false);
      assert.equal(secretSearch(secret)?.conceal(text.slice(0, 100_000)).length, 100_000);
      const took = performance.now() - begun;
      assert.ok(took < 1000, `${String(took)} ms`);
    }
  });

  it('reads twice as much for a text, or a secret, of twice the length, however they are made', () => {
    const shapes: readonly ((length: number) => { readonly secret: string; readonly text: string })[] = [
      (length) => ({ secret: `${'a'.repeat(length / 10)}b`, text: 'a'.repeat(length) }),
      (length) => ({ secret: `b${'a'.repeat(length / 10)}`, text: 'a'.repeat(length) }),
      (length) => ({ secret: `${'ab'.repeat(length / 20)}c`, text: 'abababac'.repeat(length / 8) }),
      (length) => ({ secret: `${'a'.repeat(length / 2)}b`, text: `${'a'.repeat(length / 2 - 1)}b`.repeat(2) }),
    ];
    for (const shape of shapes) {
      const [once, twice] = [8000, 16_000].map((length) => readsOf(shape(length)));
      assert.ok((once ?? 0) > 8000 && (twice ?? 0) < 2.1 * (once ?? 0), `${String(once)}, then ${String(twice)}`);
    }
  });

  it('leaves out what a secret begins with where a text is cut', () => {
    const search = secretSearch('velvet tram 9');
    assert.equal(search?.conceal('typed: Velvet-t', true), 'typed: •••');
    assert.equal(search?.conceal('typed: velvet-t'), 'typed: velvet-t');
  });
});

/** How often the search reads a unit of either. */
function readsOf({ secret, text }: { readonly secret: string; readonly text: string }): number {
  let reads = 0;
  const counted = (units: string) => ({
    length: units.length,
    charCodeAt: (at: number) => {
      reads += 1;
      return units.charCodeAt(at);
    },
  });
  finderOf(counted(secret))(counted(text));
  return reads;
}
