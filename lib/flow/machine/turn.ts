import type { Flow } from '../flow.js';
import type { Plan, Step } from '../plan.js';
import { planLimits } from '../plan.js';

/** The cursor goes back to the step of `key`; it and what comes after it are ahead again, what was skipped stays so. */
export function rewindTo(plan: Plan, key: string): Plan {
  const at = plan.steps.findIndex((step) => step.key === key && step.state !== 'skipped');
  if (at === -1) return plan;
  const steps = plan.steps.map((step, index): Step => (index >= at && step.state === 'passed' ? { ...step, state: 'ahead' } : step));
  return { ...plan, steps, at };
}

/** The key of the last passed step that asked for one of `fields`; `null` when none did. */
export function askerOf(plan: Plan, flow: Flow, fields: readonly string[]): string | null {
  const asked = [...plan.steps].reverse().find((step) => {
    if (step.state !== 'passed') return false;
    const binding = flow.bindings.find((candidate) => candidate.key === step.key) ?? flow.insertable.get(step.key);
    return binding !== undefined && binding.stage.asking && fields.some((field) => binding.stage.asking && binding.stage.asks.includes(field));
  });
  return asked?.key ?? null;
}

/** Back to the first step, with the origin's context or with all that was learnt; `null` after the fifth time. */
export function restartPlan(plan: Plan, keepContext: boolean): Plan | null {
  if (plan.restarts >= planLimits.restarts) return null;
  const steps = plan.steps.map((step): Step => (step.state === 'passed' ? { ...step, state: 'ahead' } : step));
  return { ...plan, steps, at: 0, context: keepContext ? plan.context : plan.origin, restarts: plan.restarts + 1 };
}

/** Puts an insertable step right after the current one, or at the end. Unknown keys and keys already there change nothing. */
export function addStep(plan: Plan, flow: Flow, key: string, where: 'next' | 'last'): Plan {
  if (!flow.insertable.has(key) || plan.steps.some((step) => step.key === key)) return plan;
  const place = where === 'next' ? Math.min(plan.at + 1, plan.steps.length) : plan.steps.length;
  return { ...plan, steps: plan.steps.toSpliced(place, 0, { key, state: 'ahead' }) };
}
