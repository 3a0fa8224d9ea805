import type { StageContext } from '../flow/facts.js';
import type { StageBinding } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import { evaluate } from './policy-engine.js';
import { stageContextOf, type Run } from './run.js';

/** What the policies of a binding see that are evaluated again: they may ask about a later step. */
export function judgingContextOf(run: Run, { key, guard }: StageBinding): StageContext {
  const at = stageContextOf(run, key);
  if (guard.bindings.every(({ policy }) => policy.laterStep === null)) return at;
  return { ...at, stepApplies: (step) => stepApplies(run, step) };
}

async function stepApplies(run: Run, key: string): Promise<boolean> {
  const binding = bindingOf(run.ask.flow, key);
  const isAhead = run.plan.steps.some((step) => step.key === key && step.state === 'ahead');
  if (binding === null || !isAhead) return false;
  if (!binding.reEvaluatePolicies) return true;
  const judged = await evaluate(run.context, binding.guard, judgingContextOf(run, binding));
  if (judged.undecided) throw new Error(`the policies of the step '${key}' gave no verdict`);
  return judged.pass;
}
