import type { StageContext } from '../flow/facts.js';
import { bindingOf } from '../flow/machine/advance.js';
import { evaluate } from './policy-engine.js';
import { stageContextOf, type Run } from './run.js';

/** The answers about later steps within one evaluation: each step is judged once, however many policies ask about it. */
type Known = Map<string, Promise<boolean>>;

/** What the policies of a binding see that are evaluated again: they may ask about a later step. */
export function judgingContextOf(run: Run, key: string, known: Known = new Map()): StageContext {
  return { ...stageContextOf(run, key), stepApplies: (step) => stepApplies(run, key, step, known) };
}

/** Only of a later step, so that no two ask about each other. */
async function stepApplies(run: Run, from: string, key: string, known: Known): Promise<boolean> {
  const { steps } = run.plan;
  const later = steps.slice(steps.findIndex((step) => step.key === from) + 1);
  if (!later.some((step) => step.key === key && step.state === 'ahead')) return false;
  const answer = known.get(key) ?? judged(run, key, known);
  known.set(key, answer);
  return answer;
}

async function judged(run: Run, key: string, known: Known): Promise<boolean> {
  const binding = bindingOf(run.ask.flow, key);
  if (binding === null) return false;
  if (!binding.reEvaluatePolicies) return true;
  const { undecided, pass } = await evaluate(run.context, binding.guard, judgingContextOf(run, key, known));
  if (undecided) throw new Error(`the policies of the step '${key}' gave no verdict`);
  return pass;
}
