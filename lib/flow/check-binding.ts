import { didYouMean } from '../base/did-you-mean.js';
import { isReservedField } from '../base/reserved-names.js';
import { isForbiddenKey } from '../base/json.js';
import type { StageBinding } from './flow.js';
import { countedBindings } from './policy-set.js';
import { isGate, takesCode, type AskingStage } from './stage.js';

/** Mistakes within one stage binding. */
export function checkBinding(path: string, binding: StageBinding): readonly string[] {
  const { stage } = binding;
  const bound = countedBindings(binding.guard);
  const ignored = bound.length > 0 && !binding.evaluateOnPlan && !binding.reEvaluatePolicies;
  const named = [
    ...(typeof stage.name === 'string' && stage.name !== '' ? [] : [`${path}: a stage needs a name`]),
    ...(ignored
      ? [`${path}.policies: with evaluateOnPlan and reEvaluatePolicies both false they would never run`]
      : []),
    // A policy that is bound to a stage skips the stage. On a gate that would admit visitors (authentik's trap T1).
    ...(isGate(stage) && bound.length > 0
      ? [`${path}.policies: a policy here could leave out the gate; bind it to the flow or to a deny stage`]
      : []),
    ...(!isGate(stage) && takesCode(stage) && bound.length > 0
      ? [`${path}.policies: a policy here could leave a typed code in the plan; bind it to the page that asks for it`]
      : []),
  ];
  if (!stage.asking) return named;

  const keys = [...stage.fields, ...stage.serverFields];
  const repeats = keys.filter((field, index) => keys.indexOf(field) !== index);
  return [
    ...named,
    ...(stage.fields.length > 0 || stage.pageOnly
      ? []
      : [`${path}: a prompt stage needs at least one prompt that is asked`]),
    ...[...new Set(repeats)].map((field) => `${path}: the field '${field}' is there twice`),
    ...keys.filter((field) => !isFieldKey(field)).map((field) => `${path}: '${field}' cannot be the key of a field`),
    ...keys
      .filter(isReservedField)
      .map((field) => `${path}: '${field}' is reserved: fields of the kit's own begin with enrollment_`),
    ...keys
      .filter((field) => keys.some((other) => other.startsWith(`${field}.`)))
      .map((field) => `${path}: '${field}' is both a field and a group of fields`),
    ...stage.validation.flatMap((policy) =>
      [...new Set([...policy.fields, ...policy.consumes])]
        .filter((field) => !keys.includes(field))
        .map(
          (field) => `${path}.validation: the policy '${policy.name}' reads '${field}', which the stage does not ask`,
        ),
    ),
    ...codeIgnored(path, stage),
  ];
}

/** The code of a link would be lost, and the user would have to find it. */
function codeIgnored(path: string, { entryLinkFields, validation, fields: asks }: AskingStage): readonly string[] {
  if (entryLinkFields === null) return [];
  const codes = validation.filter(({ gate }) => gate).flatMap(({ consumes }) => consumes);
  return [...new Set(codes)]
    .filter((field) => asks.includes(field) && !entryLinkFields.includes(field))
    .map(
      (field) =>
        `${path}: the prompt '${field}' ignores the code of a link; ask it by inviteCodePrompt(), or set entryLink: true`,
    );
}

function isFieldKey(key: string): boolean {
  return (
    /^[a-zA-Z][a-zA-Z0-9_-]*(\.[a-zA-Z][a-zA-Z0-9_-]*)*$/.test(key) &&
    key.length <= 100 &&
    !key.split('.').some(isForbiddenKey)
  );
}

/** A stage's links and redirects must lead to existing flows. */
export function checkLinks(path: string, { stage }: StageBinding, slugs: readonly string[]): readonly string[] {
  const { leadsTo, links } = stage.asking ? stage : { ...stage, links: [] };
  return [
    ...(leadsTo === null ? [] : unknownFlow(path, leadsTo, slugs)),
    ...links.flatMap(({ to }) => ('flow' in to ? unknownFlow(`${path}.links`, to.flow, slugs) : [])),
  ];
}

function unknownFlow(path: string, slug: string, slugs: readonly string[]): readonly string[] {
  return slugs.includes(slug) ? [] : [`${path}: there is no flow '${slug}'${didYouMean(slug, slugs)}`];
}
