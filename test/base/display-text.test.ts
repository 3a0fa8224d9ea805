import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { displayText } from '../../lib/base/display-text.js';

describe('a text for display', () => {
  it('is one line without control characters, lone surrogates and directions of its own', () => {
    assert.equal(displayText('  Ann\t\r\n\0 of\u2028Bali\u007f ', 80), 'Ann of Bali');
    assert.equal(displayText('An\ud800n\udc00', 80), 'Ann');
    assert.equal(displayText('\u202eevil\u2066 \u200fAnn\ufeff', 80), 'evil Ann');
    for (const kept of ['Nguyễn Văn Ân', 'آنّا', '👩‍👩‍👧', '<b>&"', 'می‌خواهم']) assert.equal(displayText(kept, 80), kept);
  });

  it('is none where nothing shows', () => {
    for (const text of ['', ' \n', '\u200b\u200d', '\u2800', '\u0301\u0302', '\u202e', '\0'])
      assert.equal(displayText(text, 80), null, JSON.stringify(text));
  });

  it('is cut between characters, however long', () => {
    assert.equal(displayText('a'.repeat(80), 80), 'a'.repeat(80));
    assert.equal(displayText('a'.repeat(81), 80), `${'a'.repeat(79)}…`);
    assert.equal(displayText('👩‍👩‍👧'.repeat(100), 20), '👩‍👩‍👧👩‍👩‍👧…');
    assert.equal(displayText(`a${'\u0301'.repeat(1000)}`, 80), null);
    assert.equal(displayText(`Ann ${'\u0301'.repeat(1000)}`, 80), 'Ann…');
    assert.equal(displayText('x'.repeat(50_000_000), 80)?.length, 80);
  });
});
