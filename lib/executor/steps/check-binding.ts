import { message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import { currentBinding, leaveStep } from '../../flow/machine/advance.js';
import { evaluate } from '../policy-engine.js';
import { go, refusal } from '../reply.js';
import { atOf, type Run } from '../run.js';
import { takeTurns } from './advance.js';

/** The binding at the cursor, its policies asked again: a failing one leaves the stage out, on a gate it refuses. */
export async function checkBinding(run: Run): Promise<Run> {
  const binding = currentBinding(run.plan, run.ask.flow);
  if (binding === null) return { ...run, binding };
  if (binding.reEvaluatePolicies && binding.guard.bindings.length > 0) {
    const judged = await evaluate(run.bench, binding.guard, atOf(run, binding.key));
    const messages = [...run.messages, ...judged.messages.map((one) => one.message)];
    if (!judged.pass) {
      const gate = binding.stage.asking && binding.stage.validation.some((policy) => policy.gate);
      if (gate) return { ...run, binding, reply: refusal(403, messages, { flow: run.ask.flow, reference: judged.reference }) };
      return checkBinding({ ...run, messages, plan: leaveStep(run.plan, 'skipped') });
    }
    const turned = takeTurns({ ...run, messages }, judged);
    if (turned.reply !== null) return turned;
    return current({ ...turned, binding });
  }
  return current({ ...run, binding });
}

/** A submission for another step than the current one does nothing. */
function current(run: Run): Run {
  const { submission, flow } = run.ask;
  if (submission === null || run.answered || run.binding === null || run.binding.key === submission.step) return run;
  // A gate whose invitation the plan holds already passes without being asked; the submission may be for what follows.
  if (run.binding.stage.asking && run.plan.context.invitation !== undefined) return run;
  return { ...run, reply: go(flowTarget(flow.slug), { notice: message('notice.moved_on') }) };
}
