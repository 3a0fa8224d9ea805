import { bindingPart, issueAt, type FlowIssue } from './flow-issue.js';
import type { Flow, StageBinding } from './flow.js';

/** Answers that no stage takes in time. */
export function answerIssues(flow: Flow): readonly FlowIssue[] {
  return [...keptCodes(flow), ...unwritten(flow)];
}

/** A code that is typed must be taken in the same request: a plan never keeps one. */
function keptCodes(flow: Flow): readonly FlowIssue[] {
  const { bindings, insertable } = flow;
  const asks = ({ stage }: StageBinding, field: string): boolean => stage.asking && stage.fields.includes(field);
  return bindings.flatMap(({ key, stage }, index) => {
    if (stage.asking || stage.readsCode === null) return [];
    const { field } = stage.readsCode;
    const pages = bindings.slice(0, index).filter((binding) => asks(binding, field));
    const isRight = pages.every((binding) => binding === bindings[index - 1] && insertable.size === 0);
    return isRight
      ? []
      : [
          issueAt(
            bindingPart(flow, key),
            `the page that asks for '${field}' must come right before this stage, in a flow without insertable stages`,
          ),
        ];
  });
}

function unwritten(flow: Flow): readonly FlowIssue[] {
  const insertable = [...flow.insertable.values()];
  return [
    ...flow.bindings.flatMap((binding, index) =>
      unwrittenBy(flow, binding, () => [...flow.bindings.slice(index + 1), ...insertable]),
    ),
    ...insertable.flatMap((binding) => unwrittenBy(flow, binding, () => [...flow.bindings, ...insertable])),
  ];
}

function unwrittenBy(
  flow: Flow,
  { stage, key }: StageBinding,
  laterOnes: () => readonly StageBinding[],
): readonly FlowIssue[] {
  if (!stage.asking) return [];
  const own = new Set([...stage.consumes, ...stage.validation.flatMap((policy) => policy.consumes)]);
  const left = [...stage.fields, ...stage.hiddenFields].filter((field) => !own.has(field));
  // Flows of files may have thousands of stages, most of which leave nothing.
  if (left.length === 0) return [];
  const later = laterOnes();
  // Another flow may go on with the answers.
  if (later.some(({ stage: one }) => !one.asking && one.leadsTo !== null)) return [];
  const used = new Set(later.flatMap((binding) => binding.stage.consumes));
  return left
    .filter((field) => !used.has(field))
    .map((field) =>
      issueAt(bindingPart(flow, key), `no stage writes the answer to '${field}'; name it in userWrite's attributes`, {
        inFiles: `no later stage writes the answer to '${field}': bind one of the model authentik_stages_user_write.userwritestage behind it, which writes all answers`,
      }),
    );
}
