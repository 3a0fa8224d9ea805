import type { StageBinding } from '../../flow/flow.js';
import { currentBinding, leaveStep } from '../../flow/machine/advance.js';
import { isGate } from '../../flow/stage.js';
import { applyActions } from '../apply-actions.js';
import { movedOn } from '../moved-on.js';
import { evaluate } from '../policy-engine.js';
import { refusal } from '../reply.js';
import { stageContextOf, type Run } from '../run.js';

/**
 * Evaluates the policies of the binding at the cursor again. An explicit fail skips the stage; on a gate, or without a
 * verdict, it refuses.
 */
export async function checkBinding(run: Run): Promise<Run> {
  const binding = currentBinding(run.plan, run.ask.flow);
  if (binding === null) return { ...run, binding };
  if (binding.reEvaluatePolicies && binding.guard.bindings.length > 0) {
    const judged = await evaluate(run.context, binding.guard, stageContextOf(run, binding.key));
    const messages = [...run.messages, ...judged.messages.map((one) => one.message)];
    if (!judged.pass) {
      if (judged.undecided || isGate(binding.stage))
        return { ...run, binding, reply: refusal(403, messages, { flow: run.ask.flow, reference: judged.reference }) };
      return checkBinding({ ...run, messages, plan: leaveStep(run.plan, 'skipped') });
    }
    const turned = applyActions({ ...run, messages }, judged);
    if (turned.reply !== null) return turned;
    return current(turned, binding);
  }
  return current(run, binding);
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
