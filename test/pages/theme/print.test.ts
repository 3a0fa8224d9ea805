import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { samplePages } from '../../support/pages/samples.js';

describe('a page on paper', () => {
  it('has no button, that of a password neither', () => {
    const [, hidden = ''] =
      /@media print\s*\{[^]*?([^}]*)\{\s*display:\s*none/.exec(samplePages().stylesheet.body) ?? [];
    for (const name of ['form__actions', 'codes__actions', 'field__toggle', 'links'])
      assert.ok(hidden.includes(`.enrollment-${name}`), name);
  });
});
