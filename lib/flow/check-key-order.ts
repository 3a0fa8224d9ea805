import { answerIssues } from './check-answers.js';
import type { ContextKey } from './context.js';
import type { Flow } from './flow.js';
import { bindingPart, issueAt, type FlowIssue, type FlowPart } from './flow-issue.js';
import { countedBindings } from './policy-set.js';
import { isGate, type Stage } from './stage.js';

export interface CheckRules {
  /** `invite-only`: no stage creates an account unless a gate comes before it. */
  readonly registration: 'invite-only' | 'open';
}

const noGate = 'no gate comes before this stage, which makes accounts';

/** Later stages must find what they need: context keys, a writer for each answer, a gate before a write. */
export function keyOrderIssues(flow: Flow, rules: CheckRules): readonly FlowIssue[] {
  const mistakes: FlowIssue[] = [];
  const written = new Set<string>(flow.providedContext);
  let gated = false;
  for (const binding of flow.bindings) {
    const { stage, key } = binding;
    const part = bindingPart(flow, key);
    for (const need of stage.needs.filter((wanted) => !written.has(wanted)))
      mistakes.push(lackingKey(part, need, stage.kind));
    if (!stage.asking && stage.creates && rules.registration === 'invite-only' && !gated) {
      mistakes.push(
        issueAt(part, `${noGate}; put inviteCode() on an earlier prompt stage or set registration: 'open'`, {
          inFiles: `${noGate}: bind a stage of the model authentik_stages_invitation.invitationstage before it, or set registration: 'open' in the app, which lets people sign up without an invitation`,
          settledBy: 'registration',
        }),
      );
    }
    const policies = [
      ...countedBindings(binding.guard).map((bound) => bound.policy),
      ...(stage.asking ? stage.validation : []),
    ];
    for (const name of [...stage.writes, ...policies.flatMap((policy) => policy.writes)]) written.add(name);
    if (isProvedBySource(stage, flow)) written.add('pending_user');
    if (isGate(stage)) gated = true;
  }
  return [...mistakes, ...answerIssues(flow)];
}

function lackingKey(part: FlowPart, need: ContextKey, kind: string): FlowIssue {
  const wrong = `no earlier stage writes '${need}', which ${kind} needs`;
  if (need !== 'pending_user') return issueAt(part, wrong);
  const where = 'where a link or another flow brings the user';
  return issueAt(
    part,
    `${wrong}; put one before it that proves who the visitor is, or set providedContext: ['${need}'] ${where}`,
    {
      inFiles: `${wrong}; bind one before it that proves who the visitor is, or set provided_context: [${need}] of the flow ${where}`,
    },
  );
}

/** The account of an identity that a source stage accepts is the plan's user. A flow that creates accounts has none yet. */
function isProvedBySource(stage: Stage, { bindings }: Flow): boolean {
  if (!stage.asking || stage.asksSource?.requireConnection !== true) return false;
  return !bindings.some(({ stage: one }) => !one.asking && one.creates);
}
