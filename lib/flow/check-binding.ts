import { didYouMean } from '../base/did-you-mean.js';
import { isReservedField } from '../base/reserved-names.js';
import { isForbiddenKey } from '../base/json.js';
import type { StageBinding } from './flow.js';
import { below, issueAt, type FlowIssue, type FlowPart } from './flow-issue.js';
import { countedBindings } from './policy-set.js';
import { isGate, takesCode, type AskingStage } from './stage.js';

/** Mistakes within one stage binding. */
export function checkBinding(part: FlowPart, binding: StageBinding): readonly FlowIssue[] {
  const { stage } = binding;
  const bound = countedBindings(binding.guard);
  const ignored = bound.length > 0 && !binding.evaluateOnPlan && !binding.reEvaluatePolicies;
  const policies = below(part, 'policies', 'binding');
  const named = [
    ...(typeof stage.name === 'string' && stage.name !== '' ? [] : [issueAt(part, 'a stage needs a name')]),
    ...(ignored
      ? [
          issueAt(policies, 'with evaluateOnPlan and reEvaluatePolicies both false they would never run', {
            inFiles: 'with evaluate_on_plan and re_evaluate_policies both false, its policies would never run',
          }),
        ]
      : []),
    // A policy that is bound to a stage skips the stage. On a gate that would admit visitors (authentik's trap T1).
    ...(isGate(stage) && bound.length > 0
      ? [issueAt(policies, 'a policy here could leave out the gate; bind it to the flow or to a deny stage')]
      : []),
    ...(!isGate(stage) && takesCode(stage) && bound.length > 0
      ? [issueAt(policies, 'a policy here could leave a typed code in the plan; bind it to the page that asks for it')]
      : []),
  ];
  if (!stage.asking) return named;

  const keys = [...stage.fields, ...stage.serverFields];
  const repeats = keys.filter((field, index) => keys.indexOf(field) !== index);
  return [
    ...named,
    ...(stage.fields.length > 0 || stage.pageOnly
      ? []
      : [issueAt(part, 'a prompt stage needs at least one prompt that is asked')]),
    ...[...new Set(repeats)].map((field) => issueAt(part, `the field '${field}' is there twice`)),
    ...keys
      .filter((field) => !isFieldKey(field))
      .map((field) => issueAt(part, `'${field}' cannot be the key of a field`)),
    ...keys
      .filter(isReservedField)
      .map((field) => issueAt(part, `'${field}' is reserved: fields of the kit's own begin with enrollment_`)),
    ...keys
      .filter((field) => keys.some((other) => other.startsWith(`${field}.`)))
      .map((field) => issueAt(part, `'${field}' is both a field and a group of fields`)),
    ...stage.validation.flatMap((policy) =>
      [...new Set([...policy.fields, ...policy.consumes])]
        .filter((field) => !keys.includes(field))
        .map((field) =>
          issueAt(
            below(part, 'validation'),
            `the policy '${policy.name}' reads '${field}', which the stage does not ask`,
          ),
        ),
    ),
    ...codeIgnored(part, stage),
  ];
}

/** The code of a link would be lost, and the user would have to find it. */
function codeIgnored(part: FlowPart, { entryLinkFields, validation, fields: asks }: AskingStage): readonly FlowIssue[] {
  if (entryLinkFields === null) return [];
  const codes = validation.filter(({ gate }) => gate).flatMap(({ consumes }) => consumes);
  return [...new Set(codes)]
    .filter((field) => asks.includes(field) && !entryLinkFields.includes(field))
    .map((field) => {
      const ignores = `the prompt '${field}' ignores the code of a link`;
      return issueAt(part, `${ignores}; ask it by inviteCodePrompt(), or set entryLink: true`, {
        inFiles: `${ignores}; ask it by a prompt of the model express_enrollment.builtinprompt with kind: invite_code`,
      });
    });
}

export function isFieldKey(key: string): boolean {
  return (
    /^[a-zA-Z][a-zA-Z0-9_-]*(\.[a-zA-Z][a-zA-Z0-9_-]*)*$/.test(key) &&
    key.length <= 100 &&
    !key.split('.').some(isForbiddenKey)
  );
}

/** A stage's links and redirects must lead to existing flows. */
export function checkLinks(part: FlowPart, { stage }: StageBinding, slugs: readonly string[]): readonly FlowIssue[] {
  const { leadsTo, links } = stage.asking ? stage : { ...stage, links: [] };
  return [
    ...(leadsTo === null ? [] : unknownFlow(part, leadsTo, slugs)),
    ...links.flatMap(({ to }) => ('flow' in to ? unknownFlow(below(part, 'links'), to.flow, slugs) : [])),
  ];
}

function unknownFlow(part: FlowPart, slug: string, slugs: readonly string[]): readonly FlowIssue[] {
  if (slugs.includes(slug)) return [];
  return [issueAt(part, `there is no flow '${slug}'${didYouMean(slug, slugs)}`, { settledBy: 'other flows' })];
}
