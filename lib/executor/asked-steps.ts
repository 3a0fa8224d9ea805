import type { Flow } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import type { EarlierFlows, Plan } from '../flow/plan.js';
import type { Stage } from '../flow/stage.js';

/** The keys of the steps that the plan has passed. */
export function passedSteps({ steps, at }: Plan): readonly string[] {
  return steps.slice(0, at).flatMap(({ key, state }) => (state === 'passed' ? [key] : []));
}

/**
 * The passed steps that asked the plan's user for a second factor: those of the flows that handed the user over, then
 * those of its own.
 */
export function askedSteps(plan: Plan, flow: Flow): EarlierFlows['asked'] {
  const own = passedSteps(plan).flatMap((step) => {
    const stage = bindingOf(flow, step)?.stage;
    return stage !== undefined && asksFactor(stage) ? [{ flow: flow.slug, step }] : [];
  });
  return [...(plan.earlier?.asked ?? []), ...own];
}

function asksFactor(stage: Stage): boolean {
  return stage.asking && stage.secondFactor?.use === 'asks';
}

/** The flow that the visitor began with, before others were begun by it. */
export function beginOf({ earlier, origin, flow }: Plan): string {
  return earlier?.begin ?? origin.is_redirected ?? flow;
}
