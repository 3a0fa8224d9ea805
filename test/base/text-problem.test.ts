import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { identifierProblem, jsonTextProblem, textProblem } from '../../lib/base/text-problem.js';

describe('texts from outside', () => {
  it('F6: an identifier is well-formed and has no control characters', () => {
    for (const text of ['', 'ann', 'Änn 77', 'v\ufffd', 'v\u{1f600}', 'auth0|77', 'a/b:c@d'])
      assert.equal(identifierProblem(text), null, text);
    for (const text of ['v\ud800', '\udc00v', 'v\udc00\ud800'])
      assert.equal(identifierProblem(text), 'is not well-formed Unicode');
    for (const text of ['v\0', 'v\n', '\tv', 'v\u007f', 'v\u0085'])
      assert.equal(identifierProblem(text), 'has control characters');
  });

  it('F6: a display text may have line breaks, but no other control characters', () => {
    assert.equal(textProblem('a\r\n\tb'), null);
    assert.equal(textProblem('a\0b'), 'has control characters');
    assert.equal(textProblem('a\ud800'), 'is not well-formed Unicode');
  });

  it('F6: every text in a record is checked, including its keys', () => {
    assert.equal(jsonTextProblem({ groups: ['a', { b: 'c\n' }], n: 1, no: null, yes: true }), null);
    assert.equal(jsonTextProblem({ groups: ['a', { b: 'c\0' }] }), 'has control characters');
    assert.equal(jsonTextProblem({ 'a\ud800': 1 }), 'is not well-formed Unicode');
  });
});
