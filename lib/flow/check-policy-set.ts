import { below, issueAt, issueSentence, type FlowIssue, type FlowPart } from './flow-issue.js';
import { oneOfIssues } from './one-of-issues.js';
import type { PolicySet } from './policy-set.js';

/** T1 and T2 of authentik's traps: several policies need a mode, and timeouts must be valid. */
export function policySetIssues(part: FlowPart, guard: PolicySet): readonly FlowIssue[] {
  const count = String(guard.bindings.length);
  return [
    ...oneOfIssues(below(part, 'mode', 'binding'), guard.mode, ['any', 'all']),
    ...(guard.bindings.length > 1 && !guard.modeGiven
      ? [
          issueAt(below(part, 'policies', 'binding'), `${count} policies need mode: 'any' or mode: 'all'`, {
            inFiles: `${count} policies are bound: set policy_engine_mode to any, which one of them must pass for, or to all`,
          }),
        ]
      : []),
    ...guard.bindings
      .filter(({ timeoutSeconds }) => !(timeoutSeconds > 0 && timeoutSeconds <= 300))
      .map(({ policy }) =>
        issueAt(below(part, `policies.${policy.name}`, 'binding'), 'timeoutSeconds must be above 0 and at most 300', {
          inFiles: `the timeout of the policy "${policy.name}" must be above 0 and at most 300 seconds`,
        }),
      ),
  ];
}

/** The same for policies in front of a route, as sentences. */
export function checkPolicySet(path: string, guard: PolicySet): readonly string[] {
  return policySetIssues({ path, flows: [], key: null, of: 'binding' }, guard).map(issueSentence);
}
