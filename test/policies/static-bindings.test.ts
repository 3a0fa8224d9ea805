import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { evaluate } from '../../lib/executor/policy-engine.js';
import { policySetOf, type PolicyBindingSpec } from '../../lib/flow/policy-set.js';
import { inGroup } from '../../lib/policies/in-group.js';
import { isUser } from '../../lib/policies/is-user.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const scene = openScene();

/** The joined result for an account in the groups `a` and `b`, or for a visitor without one. */
async function passes(bindings: readonly PolicyBindingSpec[], mode: 'any' | 'all', user?: string): Promise<boolean> {
  const at = question({}, scene);
  const profile = { id: 'u1', active: true, groups: ['a', 'b'] };
  const profiles = { ...at.services.profiles, find: async (id: string) => (id === 'u1' ? profile : null) };
  const judged = await evaluate(scene.context, policySetOf({ policies: bindings, mode }), {
    ...at,
    facts: { ...at.facts, ...(user === undefined ? {} : { user }) },
    services: { ...at.services, profiles },
  });
  return judged.pass;
}

describe('static bindings', () => {
  const group = (name: string, negate = false): PolicyBindingSpec => ({ policy: inGroup(name), negate });
  const user = (id: string, negate = false): PolicyBindingSpec => ({ policy: isUser(id), negate });
  const rows: readonly (readonly [readonly PolicyBindingSpec[], boolean, boolean])[] = [
    [[group('a')], true, true],
    [[group('x')], false, false],
    [[group('a'), group('x')], true, false],
    [[group('a'), user('u1')], true, true],
    [[group('x'), user('u2')], false, false],
    [[group('x', true)], true, true],
    [[group('a', true), user('u1')], true, false],
    [[group('x', true), user('u2', true)], true, true],
  ];

  it('joins group and user bindings as one result of all of them', async () => {
    for (const [bindings, any, all] of rows)
      assert.deepEqual([await passes(bindings, 'any', 'u1'), await passes(bindings, 'all', 'u1')], [any, all]);
  });

  it('never match a visitor without an account', async () => {
    assert.equal(await passes([group('a'), user('u1')], 'any'), false);
    assert.equal(await passes([group('a'), user('u1')], 'any', 'gone'), false);
  });
});
