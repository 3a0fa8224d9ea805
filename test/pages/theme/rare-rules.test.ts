import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { hasRareBlock, hasSplitLayout } from '../../../lib/pages/theme/rare-rules.js';
import { noScripts, readScripts } from '../../../lib/pages/theme/scripts.js';

describe('the stylesheet of rare parts', () => {
  const scripts = readScripts('/join/assets');

  it('is loaded by a page to which a script adds a block', () => {
    const drawing = [...scripts.bodies].filter(([, body]) => hasRareBlock(body));
    const adding = drawing.filter(([path]) => scripts.addRareBlock([path])).map(([path]) => path.split(/[/.]/)[3]);
    assert.deepEqual(adding, ['password-strength', 'session-end']);
    assert.equal(scripts.addRareBlock([...scripts.bodies.keys()]), true);
    assert.equal(scripts.addRareBlock([]), false);
    assert.equal(noScripts.addRareBlock([...scripts.bodies.keys()]), false);
  });

  for (const [attribute, view, script] of [
    ['data-fair', 'field-text', 'password-strength'],
    ['data-time', 'form', 'session-end'],
  ] as const)
    it(`is told by the script ${script}, which reads ${attribute}`, () => {
      assert.match(readFileSync(`views/elements/${view}.ejs`, 'utf8'), new RegExp(` ${attribute}="`));
      assert.match(readFileSync(`assets/scripts/${script}.js`, 'utf8'), new RegExp(attribute.replace('data-', '\\b')));
    });

  it('is loaded by a page with one of its blocks, whatever template drew it', () => {
    assert.equal(hasRareBlock('<p class="enrollment-notice">'), true);
    assert.equal(hasRareBlock('<p class="enrollment-noticeable">'), false);
    assert.equal(hasSplitLayout('<p class="enrollment-panel">'), true);
    assert.equal(hasSplitLayout('<body class="enrollment-page enrollment-page--stacked">'), false);
  });
});
