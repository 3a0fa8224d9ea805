import type { Awaitable } from '../../base/awaitable.js';
import type { StageBinding } from '../../flow/flow.js';
import { currentBinding, leaveStep } from '../../flow/machine/advance.js';
import { isGate } from '../../flow/stage.js';
import { applyActions, evaluate } from '../policy-engine.js';
import { movedOn } from '../unpassed-step.js';
import { refusal } from '../reply.js';
import type { Run } from '../run.js';
import { judgingContextOf } from '../step-applies.js';

/**
 * Evaluates the policies of the binding at the cursor again. An explicit fail skips the stage; on a gate, or without a
 * verdict, it refuses.
 */
export function checkBinding(run: Run): Awaitable<Run> {
  const binding = currentBinding(run.plan, run.ask.flow);
  if (binding === null) return { ...run, binding };
  return binding.reEvaluatePolicies && binding.guard.bindings.length > 0 ? judged(run, binding) : current(run, binding);
}

async function judged(run: Run, binding: StageBinding): Promise<Run> {
  const judgement = await evaluate(run.context, binding.guard, judgingContextOf(run, binding.key));
  const messages = [...run.messages, ...judgement.messages.map((one) => one.message)];
  if (!judgement.pass) {
    if (judgement.undecided || isGate(binding.stage))
      return { ...run, binding, reply: refusal(403, messages, { flow: run.ask.flow, reference: judgement.reference }) };
    return checkBinding({ ...run, messages, plan: leaveStep(run.plan, 'skipped') });
  }
  const acted = applyActions({ ...run, messages }, judgement);
  return acted.reply === null ? current(acted, binding) : acted;
}

/**
 * Nothing acts before the submitted step. Stages that decide, and asking stages that are satisfied, are passed on the
 * way to it, as they were when its page was created.
 */
function current(run: Run, binding: StageBinding): Run {
  const { submission } = run.ask;
  const early = submission !== null && !run.answered && binding.key !== submission.step;
  return early && !binding.stage.asking && binding.stage.hasSideEffects
    ? movedOn({ ...run, binding })
    : { ...run, binding };
}
