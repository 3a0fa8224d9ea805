import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow, type FlowSpec, type StageBinding, type StageBindingSpec } from '../flow/flow.js';
import { guardRules } from '../flow/setting-rules.js';
import type { Stage } from '../flow/stage.js';

/** What differs from the flow; what is left out stays. */
interface FlowChanges extends Partial<Omit<FlowSpec, 'stages'>> {
  /** The stages in place of the flow's own, with their bindings, in order. Left out: they stay. */
  readonly stages?: (bindings: readonly StageBindingSpec[]) => readonly (Stage | StageBindingSpec)[];
}

const check = settingsCheck<Pick<FlowChanges, 'stages' | 'policies' | 'mode'>>('changeFlow', (joi) => ({
  ...guardRules(joi),
  stages: joi.function(),
}));

/**
 * A flow that differs from another one, such as a ready-made one, in some settings, policies or stages. The flow itself
 * is not changed.
 * @throws ERR_ENROLLMENT_CONFIG
 */
export function changeFlow(flow: Flow, changes: FlowChanges): Flow {
  const { stages, ...settings } = changes;
  check({
    ...(stages === undefined ? {} : { stages }),
    ...(settings.policies === undefined ? {} : { policies: settings.policies }),
    ...(settings.mode === undefined ? {} : { mode: settings.mode }),
  });
  return defineFlow({
    ...specOf(flow),
    stages: stages === undefined ? flow.bindings.map(bindingSpecOf) : stages(flow.bindings.map(withoutOrder)),
    ...settings,
  });
}

function specOf(flow: Flow): Omit<FlowSpec, 'stages'> {
  const { slug, name, title, designation, authentication, deniedAction, compatibilityMode, target, messages } = flow;
  return {
    slug,
    name,
    title,
    designation,
    authentication,
    deniedAction,
    compatibilityMode,
    skipsSecondFactor: flow.skipsSecondFactor,
    target,
    messages,
    ...(flow.tickets.length === 0 ? {} : { tickets: flow.tickets }),
    ...(flow.intro === null ? {} : { intro: flow.intro }),
    ...(flow.submit === null ? {} : { submit: flow.submit }),
    ...(flow.layout === null ? {} : { layout: flow.layout }),
    ...(flow.sourceRole === null ? {} : { sourceRole: flow.sourceRole }),
    ...policiesOf(flow),
    insertable: [...flow.insertable.values()].map(bindingSpecOf),
    providedContext: flow.providedContext,
  };
}

function bindingSpecOf(binding: StageBinding): StageBindingSpec {
  return { ...withoutOrder(binding), order: binding.order };
}

/** The list says the order. */
function withoutOrder(binding: StageBinding): StageBindingSpec {
  const { stage, key, evaluateOnPlan, reEvaluatePolicies, invalidResponseAction } = binding;
  return { stage, key, evaluateOnPlan, reEvaluatePolicies, invalidResponseAction, ...policiesOf(binding) };
}

function policiesOf({ guard }: Pick<Flow, 'guard'>): Pick<FlowSpec, 'policies' | 'mode'> {
  return { policies: guard.bindings, ...(guard.modeGiven ? { mode: guard.mode } : {}) };
}
