import { startPlan } from '../flow/machine/advance.js';
import { requirementUnmet } from './flow-access.js';
import { evaluate } from './policy-engine.js';
import { beginRun, stageContextOf, type Ask, type ExecutorContext } from './run.js';

/** True where a visitor meets a flow's requirement and its policies. Nothing is stored. */
export async function applies(context: ExecutorContext, ask: Ask): Promise<boolean> {
  if (requirementUnmet(ask, undefined) !== null) return false;
  const { flow, planId: id, enrollmentId, facts } = ask;
  const { next } = facts.entryLink;
  const origin = next === undefined ? {} : { redirect: next };
  const plan = startPlan(flow, { id, enrollmentId, origin, now: facts.now, leftOut: new Set() });
  return (await evaluate(context, flow.guard, stageContextOf(beginRun(context, ask, plan, 0), ''))).pass;
}
