import { freezeDeep } from '../base/freeze.js';
import type { Context } from '../flow/context.js';
import { startPlan } from '../flow/machine/start.js';
import { isGate } from '../flow/stage.js';
import { beginRun } from './begin-run.js';
import { deniedBy, deniedFor, holdsCode, requirementUnmet, thereAlready } from './flow-access.js';
import { evaluate } from './policy-engine.js';
import { stageContextOf, type Ask, type ExecutorContext, type Run } from './run.js';

/** A new plan, made from the flow and its policies; nothing is stored yet. */
export async function planAfresh(context: ExecutorContext, ask: Ask): Promise<Run> {
  const { flow, facts } = ask;
  const { next } = facts.entryLink;
  const origin: Context = freezeDeep({ ...(next === undefined ? {} : { redirect: next }), ...ask.injectedContext });
  const { planId: id, enrollmentId } = ask;
  const blank = beginRun(
    context,
    ask,
    startPlan(flow, { id, enrollmentId, origin, now: facts.now, leftOut: new Set() }),
    0,
  );
  const unmet = requirementUnmet(ask, undefined);
  if (unmet !== null)
    return { ...blank, reply: thereAlready(ask, next) ?? holdsCode(ask, unmet) ?? deniedFor(ask, unmet) };
  const judged = await evaluate(context, flow.guard, stageContextOf(blank, ''));
  if (!judged.pass) return { ...blank, reply: deniedBy(ask, judged) };
  const leftOut = new Set<string>();
  for (const binding of flow.bindings) {
    if (!binding.evaluateOnPlan || binding.guard.bindings.length === 0) continue;
    const vote = await evaluate(context, binding.guard, stageContextOf(blank, binding.key));
    if (!vote.pass && (vote.undecided || isGate(binding.stage))) return { ...blank, reply: deniedBy(ask, vote) };
    if (!vote.pass) leftOut.add(binding.key);
  }
  const plan = leftOut.size === 0 ? blank.plan : startPlan(flow, { id, enrollmentId, origin, now: facts.now, leftOut });
  return { ...blank, plan, changed: ask.injectedContext !== null, messages: judged.messages.map((one) => one.message) };
}
