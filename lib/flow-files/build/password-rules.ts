import type { StageBindingSpec } from '../../flow/flow.js';
import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import { passwordModels, stageBindingModel } from '../models/model-names.js';
import type { FlowRecord } from '../records/record.js';
import type { Building, FlowOf } from './building.js';
import { boundPolicies, policyBindingsOf, type BoundPolicy } from './policy-bindings.js';

/**
 * authentik binds password policies to the stage that writes the password, where a failing one skips the write without
 * a word. Here they are among the rules of the page that asks for the password.
 */
export function passwordRulesOf(prompts: readonly Prompt[], flow: FlowOf, building: Building): readonly Policy[] {
  if (flow.isOwn) return [];
  const keys = prompts.filter(({ kind }) => kind.newPassword === true).map(({ key }) => key);
  const rules = boundTo(flow, building).flatMap(({ rules: bound }) => bound.filter((rule) => isOn(rule, building)));
  return [...new Set(rules.map(({ policy }) => policy))].flatMap((record) => {
    const policy = building.policy(record);
    return policy !== null && policy.fields.some((field) => keys.includes(field)) ? [policy] : [];
  });
}

/** Reports the bindings of password policies that a page cannot keep as they are written. `stages`: those of the flow. */
export function checkPasswordRules(
  flow: FlowOf,
  stages: readonly (StageBindingSpec | null)[],
  building: Building,
): void {
  if (flow.isOwn) return;
  const asked = stages.flatMap((made) => (made?.stage.asking === true ? made.stage.secretFields : []));
  for (const { binding, rules, others } of boundTo(flow, building))
    for (const rule of rules) {
      const [bound] = boundPolicies([rule], building);
      if (bound === undefined || bound.enabled === false) continue;
      const missing = bound.policy.fields.filter((field) => !asked.includes(field));
      if (bound.negate === true || bound.dryRun === true || bound.expires !== undefined)
        refuse(rule, 'is checked on the page that asks for the password: it has no "negate", "dry_run" and "expires"');
      else if (others && building.reader(binding).text('policy_engine_mode', 'any') === 'any')
        refuse(rule, 'is checked on the page that asks for the password: beside other policies, the mode is "all"');
      else if (missing.length > 0 && !stages.includes(null))
        refuse(rule, `checks "${missing.join('", "')}", and no page of this flow asks for such a password`);
    }

  function refuse({ binding }: PasswordRule, what: string): void {
    building.report(binding, 'refused', null, `the password policy ${what}`);
  }
}

type PasswordRule = BoundPolicy & { readonly policy: FlowRecord };

interface RulesOfStage {
  readonly binding: FlowRecord;
  readonly rules: readonly PasswordRule[];
  /** True where several policies are bound to the stage. */
  readonly others: boolean;
}

function boundTo(flow: FlowOf, building: Building): readonly RulesOfStage[] {
  return building.boundTo(stageBindingModel, flow.record.key).map((binding) => {
    const bound = policyBindingsOf(binding, building);
    const rules = bound.flatMap(({ policy, ...rest }) =>
      policy !== null && passwordModels.has(policy.model) ? [{ ...rest, policy }] : [],
    );
    return { binding, rules, others: bound.filter((one) => isOn(one, building)).length > 1 };
  });
}

function isOn({ binding }: BoundPolicy, building: Building): boolean {
  return building.reader(binding).flag('enabled', true);
}
