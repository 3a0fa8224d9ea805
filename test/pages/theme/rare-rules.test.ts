import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { hasRareBlock } from '../../../lib/pages/theme/rare-rules.js';

describe('the stylesheet of rare parts', () => {
  for (const [attribute, view, script] of [
    ['data-fair', 'field-text', 'password-strength'],
    ['data-time', 'form', 'session-end'],
  ] as const)
    it(`is loaded by a page to which the script ${script} adds a block`, () => {
      const [drawn = ''] = new RegExp(` ${attribute}="`).exec(readFileSync(`views/elements/${view}.ejs`, 'utf8')) ?? [];
      assert.equal(hasRareBlock(`<p${drawn}x">`), true);
      assert.match(readFileSync(`assets/scripts/${script}.js`, 'utf8'), new RegExp(attribute.replace('data-', '\\b')));
      assert.equal(hasRareBlock('<p>'), false);
    });
});
