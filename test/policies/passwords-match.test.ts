import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { Secret } from '../../lib/base/secret.js';
import type { Answers } from '../../lib/flow/policy.js';
import { passwordsMatch } from '../../lib/policies/passwords-match.js';
import { question } from '../support/prompts/question.js';

describe('passwordsMatch', () => {
  const verdict = async (answers: Answers, policy = passwordsMatch()) => policy.check({ ...question(), answers });
  const both = (first: string, second: string): Answers => ({
    password: new Secret(first),
    password_repeat: new Secret(second),
  });
  const differ = { pass: false, messages: [message('policy.passwords_match.differ')] };

  it('passes for the same password', async () => {
    assert.deepEqual(await verdict(both('velvet tram', 'velvet tram')), { pass: true });
  });

  it('fails for any difference, at the first field, with its own text', async () => {
    for (const [first, second] of [
      ['a', 'b'],
      ['a', 'A'],
      ['a', 'a '],
      ['é', 'e\u0301'],
      ['a', ''],
    ] as const)
      assert.deepEqual(await verdict(both(first, second)), differ);
    assert.equal(passwordsMatch().fields[0], 'password');
  });

  it('fails when one is blank, and leaves it to the prompts if all are', async () => {
    assert.deepEqual(await verdict({ password: new Secret('a') }), differ);
    assert.deepEqual(await verdict({ password_repeat: new Secret('a') }), differ);
    assert.deepEqual(await verdict({}), { pass: true });
  });

  it('compares the fields it is given, passwords or not', async () => {
    const emails = passwordsMatch(['email', 'email_repeat', 'email_thrice']);
    assert.deepEqual(await verdict({ email: 'a', email_repeat: 'a', email_thrice: 'a' }, emails), { pass: true });
    assert.deepEqual(await verdict({ email: 'a', email_repeat: 'a', email_thrice: 'b' }, emails), differ);
  });

  it('reveals nothing of the input', async () => {
    assert.doesNotMatch(JSON.stringify(await verdict(both('canary-one', 'canary-two'))), /canary/);
  });
});
