import { startPlan } from '../flow/machine/advance.js';
import { requirementUnmet } from './flow-access.js';
import { evaluate, type Judgement } from './policy-engine.js';
import { beginRun, stageContextOf, type Ask, type ExecutorContext } from './run.js';

/** True where a visitor meets a flow's requirement and its policies. Nothing is stored. */
export async function applies(context: ExecutorContext, ask: Ask): Promise<boolean> {
  return requirementUnmet(ask, undefined) === null && (await judge(context, ask)).pass;
}

/** True where a flow would refuse a visitor now: by its requirement, or by its policies, those that fail included. */
export async function refuses(context: ExecutorContext, ask: Ask): Promise<boolean> {
  if (requirementUnmet(ask, undefined) !== null) return true;
  return !(await judge({ ...context, log: context.repeatedLog ?? context.log }, ask)).pass;
}

async function judge(context: ExecutorContext, ask: Ask): Promise<Judgement> {
  const { flow, planId: id, enrollmentId, facts } = ask;
  const { next } = facts.entryLink;
  const origin = next === undefined ? {} : { redirect: next };
  const plan = startPlan(flow, { id, enrollmentId, origin, now: facts.now, leftOut: new Set() });
  return evaluate(context, flow.guard, stageContextOf(beginRun(context, ask, plan, 0), ''));
}
