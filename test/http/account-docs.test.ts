import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkExamples } from '../support/doc-examples.js';

describe('docs/account-settings.md', () => {
  it('has examples that compile', () => {
    assert.deepEqual(checkExamples(['docs/account-settings.md']), { count: 3, errors: [] });
  });
});
