import type { Flow } from '../flow.js';
import { type Plan, type Step, planLimits } from '../plan.js';
import { aheadFrom, bindingOf } from './advance.js';

/** Moves the cursor back to the step of `key`; that step and the ones after it are ahead again. */
export function rewindTo(plan: Plan, flow: Flow, key: string): Plan {
  const at = plan.steps.findIndex((step) => step.key === key && step.state !== 'skipped');
  if (at === -1) return plan;
  return { ...plan, steps: plan.steps.map((step, index) => (index < at ? step : aheadAgain(step, flow))), at };
}

/** Moves the cursor back to the step of `key` alone: what was passed after it is not done again. */
export function reopenStep(plan: Plan, key: string): Plan {
  const at = plan.steps.findIndex((step) => step.key === key);
  if (at === -1) return plan;
  return { ...plan, steps: plan.steps.map((step, index) => (index === at ? { ...step, state: 'ahead' } : step)), at };
}

/**
 * Moves the cursor back to the first of the steps directly before it that policies skipped; `null` where there is none
 * that may come back.
 */
export function reopenSkipped(plan: Plan, flow: Flow): Plan | null {
  const at = aheadFrom(plan.steps, plan.at);
  const before = plan.steps.slice(0, at);
  const from = before.findLastIndex(({ state }) => state !== 'skipped') + 1;
  const steps = plan.steps.map((step, index) => (index < from || index >= at ? step : aheadAgain(step, flow)));
  const first = aheadFrom(steps, from);
  return first === at ? null : { ...plan, steps, at: first };
}

/**
 * Includes a skipped step whose policies are evaluated again: other answers may bring it back. Steps that planning left
 * out stay out.
 */
function aheadAgain(step: Step, flow: Flow): Step {
  const staysOut = step.state === 'skipped' && bindingOf(flow, step.key)?.reEvaluatePolicies !== true;
  return staysOut ? step : { ...step, state: 'ahead' };
}

/**
 * The key of the last passed step that asked for one of `fields`; `null` when none did. Once the account is written, no
 * step before the write is returned, because that would create a second account.
 */
export function askerOf(plan: Plan, flow: Flow, fields: readonly string[]): string | null {
  const written = plan.steps.findLastIndex(({ key, state }) => state === 'passed' && isWrite(flow, key));
  const from = plan.account === undefined ? 0 : written + 1;
  const asked = plan.steps
    .slice(from)
    .reverse()
    .find((step) => {
      if (step.state !== 'passed') return false;
      const stage = bindingOf(flow, step.key)?.stage;
      return stage?.asking === true && fields.some((field) => stage.fields.includes(field));
    });
  return asked?.key ?? null;
}

function isWrite(flow: Flow, key: string): boolean {
  const stage = bindingOf(flow, key)?.stage;
  return stage?.asking === false && stage.creates;
}

/**
 * Restarts at the first step, with the origin's context or with all that was learned; `null` after the fifth time.
 * Inserted steps are removed: what added them is evaluated again.
 */
export function restartPlan(plan: Plan, flow: Flow, keepContext: boolean): Plan | null {
  if (plan.restarts >= planLimits.restarts) return null;
  const steps = plan.steps
    .filter(({ key }) => flow.bindings.some((binding) => binding.key === key))
    .map((step) => aheadAgain(step, flow));
  return {
    ...plan,
    steps,
    at: aheadFrom(steps, 0),
    context: keepContext ? plan.context : plan.origin,
    restarts: plan.restarts + 1,
  };
}

/**
 * Inserts an insertable step after the current one, or at the end. Unknown keys and keys that are already present
 * change nothing.
 */
export function addStep(plan: Plan, flow: Flow, key: string, where: 'next' | 'last'): Plan {
  if (!flow.insertable.has(key) || plan.steps.some((step) => step.key === key)) return plan;
  const place = where === 'next' ? Math.min(plan.at + 1, plan.steps.length) : plan.steps.length;
  return { ...plan, steps: plan.steps.toSpliced(place, 0, { key, state: 'ahead' }) };
}

/** Ends a plan: no step is ahead any more. */
export function endPlan(plan: Plan): Plan {
  const steps = plan.steps.map((step): Step => (step.state === 'ahead' ? { ...step, state: 'skipped' } : step));
  return { ...plan, steps, at: steps.length };
}
