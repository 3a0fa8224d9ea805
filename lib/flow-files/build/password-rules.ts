import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import { passwordModels, stageBindingModel } from '../models/model-names.js';
import type { FlowRecord } from '../records/record.js';
import type { Building, FlowOf } from './building.js';
import { policyBindingsOf } from './policy-bindings.js';

/**
 * authentik binds password policies to the stage that writes the password, where a failing one skips the write without
 * a word. Here they are among the rules of the page that asks for the password.
 */
export function passwordRulesOf(prompts: readonly Prompt[], flow: FlowOf, building: Building): readonly Policy[] {
  if (flow.isOwn) return [];
  const keys = prompts.filter(({ kind }) => kind.newPassword === true).map(({ key }) => key);
  return boundRules(flow, building).flatMap((record) => {
    const policy = building.policy(record);
    return policy !== null && policy.fields.some((field) => keys.includes(field)) ? [policy] : [];
  });
}

function boundRules(flow: FlowOf, building: Building): readonly FlowRecord[] {
  const rules = building
    .boundTo(stageBindingModel, flow.record.key)
    .flatMap((binding) => policyBindingsOf(binding, building))
    .flatMap(({ policy }) => (policy !== null && passwordModels.has(policy.model) ? [policy] : []));
  return [...new Set(rules)];
}
