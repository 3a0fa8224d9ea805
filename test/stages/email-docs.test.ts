import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkExamples } from '../support/doc-examples.js';

describe('docs/mail.md and docs/stages/email.md', () => {
  it('have examples that compile', () => {
    assert.deepEqual(checkExamples(['docs/mail.md', 'docs/stages/email.md']), { count: 3, errors: [] });
  });
});
