import type { StageContext } from '../flow/facts.js';
import { bindingOf } from '../flow/machine/advance.js';
import { evaluate } from './policy-engine.js';
import { stageContextOf, type Run } from './run.js';

/** What the policies of a binding see that are evaluated again: they may ask about a later step. */
export function judgingContextOf(run: Run, key: string): StageContext {
  return { ...stageContextOf(run, key), stepApplies: (step) => stepApplies(run, key, step) };
}

/** Only of a later step, so that no two ask about each other. */
async function stepApplies(run: Run, from: string, key: string): Promise<boolean> {
  const { steps } = run.plan;
  const later = steps.slice(steps.findIndex((step) => step.key === from) + 1);
  const binding = bindingOf(run.ask.flow, key);
  if (binding === null || !later.some((step) => step.key === key && step.state === 'ahead')) return false;
  if (!binding.reEvaluatePolicies) return true;
  const judged = await evaluate(run.context, binding.guard, judgingContextOf(run, key));
  if (judged.undecided) throw new Error(`the policies of the step '${key}' gave no verdict`);
  return judged.pass;
}
