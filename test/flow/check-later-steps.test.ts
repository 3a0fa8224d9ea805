import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { defineFlow, type StageBindingSpec } from '../../lib/flow/flow.js';
import type { PolicySetSpec } from '../../lib/flow/policy-set.js';
import { ifNoAuthenticator } from '../../lib/policies.js';
import { deny, dummyStage } from '../../lib/stages.js';

describe('a policy that asks about a later step', () => {
  const asks = { policies: [ifNoAuthenticator('totp', { step: 'factor' })] };
  const factor: StageBindingSpec = { stage: dummyStage({ name: 'factor' }) };
  const set = (more: Partial<StageBindingSpec> = {}): StageBindingSpec => ({
    stage: deny({ name: 'set' }),
    ...asks,
    ...more,
  });
  const issuesOf = (stages: readonly StageBindingSpec[], guard: PolicySetSpec = {}): readonly string[] =>
    checkFlows([defineFlow({ slug: 'a', title: 'A', designation: 'authorization', stages, ...guard })], {
      registration: 'open',
    });
  const asksAbout = "the policy 'if-no-totp' asks about the step 'factor'";

  it('is bound before that step', () => {
    assert.deepEqual(issuesOf([set(), factor]), []);
    const late = `flows.a.set.policies: ${asksAbout}, which is no later step of the flow`;
    assert.deepEqual(issuesOf([factor, set()]), [late]);
    assert.deepEqual(issuesOf([set(), { ...factor, key: 'factors' }]), [`${late}; did you mean "factors"?`]);
    assert.deepEqual(issuesOf([set({ key: 'factor' })]), [late.replace('a.set', 'a.factor')]);
    assert.deepEqual(issuesOf([factor], asks), [
      `flows.a.policies: ${asksAbout}; bind it to a stage before that step, not to the flow`,
    ]);
  });

  it('is evaluated when the turn of its stage comes', () => {
    const early = `flows.a.set.policies: ${asksAbout}; it needs evaluateOnPlan: false and reEvaluatePolicies: true`;
    assert.deepEqual(issuesOf([set({ evaluateOnPlan: true }), factor]), [early]);
    assert.deepEqual(issuesOf([set({ evaluateOnPlan: true, reEvaluatePolicies: false }), factor]), [early]);
  });
});
