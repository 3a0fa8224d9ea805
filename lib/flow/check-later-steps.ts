import { didYouMean } from '../base/did-you-mean.js';
import type { Flow, StageBinding } from './flow.js';
import { below, bindingPart, flowPart, issueAt, type FlowIssue } from './flow-issue.js';
import type { Policy } from './policy.js';
import type { PolicySet } from './policy-set.js';

/** Policies that ask about a later step are bound to a stage before it, and evaluated when its turn comes. */
export function laterStepIssues(flow: Flow): readonly FlowIssue[] {
  return [
    ...asking(flow.guard).map((policy) =>
      issueAt(
        below(flowPart(flow), 'policies', 'binding'),
        `${asks(policy)}; bind it to a stage before that step, not to the flow`,
      ),
    ),
    ...flow.bindings.flatMap((binding, index) =>
      asking(binding.guard).length === 0 ? [] : issuesOf(flow, binding, index + 1),
    ),
    ...[...flow.insertable.values()].flatMap((binding) => issuesOf(flow, binding, flow.bindings.length)),
  ];
}

/** `from`: where the later steps begin. */
function issuesOf(flow: Flow, binding: StageBinding, from: number): readonly FlowIssue[] {
  const part = below(bindingPart(flow, binding.key), 'policies', 'binding');
  const isLater = (key: string): boolean => flow.bindings.findLastIndex((one) => one.key === key) >= from;
  const later = (): readonly string[] => flow.bindings.slice(from).map(({ key }) => key);
  return asking(binding.guard).flatMap((policy) => [
    ...(isLater(policy.laterStep)
      ? []
      : [issueAt(part, `${asks(policy)}, which is no later step of the flow${didYouMean(policy.laterStep, later())}`)]),
    ...(binding.reEvaluatePolicies && !binding.evaluateOnPlan
      ? []
      : [
          issueAt(part, `${asks(policy)}; it needs evaluateOnPlan: false and reEvaluatePolicies: true`, {
            inFiles: `${asks(policy)}; it needs evaluate_on_plan: false and re_evaluate_policies: true`,
          }),
        ]),
  ]);
}

function asking({ bindings }: PolicySet): readonly (Policy & { readonly laterStep: string })[] {
  return bindings.map(({ policy }) => policy).filter(hasLaterStep);
}

function hasLaterStep(policy: Policy): policy is Policy & { readonly laterStep: string } {
  // A policy may be created without `definePolicy`.
  return typeof policy.laterStep === 'string';
}

function asks({ name, laterStep }: Policy & { readonly laterStep: string }): string {
  return `the policy '${name}' asks about the step '${laterStep}'`;
}
