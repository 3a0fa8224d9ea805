import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { blocksOf } from '../../../lib/pages/theme/rare-rules.js';

describe('the stylesheet of rare parts', () => {
  for (const [attribute, view, script] of [
    ['data-fair', 'field-text', 'password-strength'],
    ['data-time', 'form', 'session-end'],
  ] as const)
    it(`is loaded by a page to which the script ${script} adds a block`, () => {
      const [drawn = ''] = new RegExp(` ${attribute}="`).exec(readFileSync(`views/elements/${view}.ejs`, 'utf8')) ?? [];
      assert.equal(blocksOf(`<p${drawn}x">`).rare, true);
      assert.match(readFileSync(`assets/scripts/${script}.js`, 'utf8'), new RegExp(attribute.replace('data-', '\\b')));
      assert.deepEqual(blocksOf('<p class="enrollment-notices">'), { rare: false, split: false });
    });

  it('both are found in one page, in either order', () => {
    const [panel, errors] = ['<p class="enrollment-panel">', '<p class="enrollment-errors">'];
    for (const page of [panel + errors, errors + panel, errors + errors + panel])
      assert.deepEqual(blocksOf(page), { rare: true, split: true });
    assert.deepEqual(blocksOf(panel), { rare: false, split: true });
  });
});
