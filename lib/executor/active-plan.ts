import type { Flow } from '../flow/flow.js';
import { restore } from '../flow/machine/codec.js';
import type { CompletionReceipt, Plan } from '../flow/plan.js';
import type { Context } from '../flow/context.js';
import { formDigest } from './form-digest.js';
import type { Ask, ExecutorContext } from './run.js';

/**
 * The running plan of an id. `over`: it was finished or cannot be read, and this id must not be used again. `null`:
 * nothing is stored.
 */
export async function loadActivePlan(
  { plans }: Pick<ExecutorContext, 'plans'>,
  flow: Flow,
  planId: string,
): Promise<Plan | 'over' | null> {
  const stored = await plans.load(planId);
  if (stored === null) return null;
  const restored = restore(stored.text, flow, planId);
  return restored.type === 'plan' ? restored.plan : 'over';
}

/** What is left of an id: its running plan, or the receipt of a finished one; `null`: nothing that can be read. */
export async function loadPlanOrReceipt(
  { plans }: Pick<ExecutorContext, 'plans'>,
  flow: Flow,
  planId: string,
): Promise<{ readonly plan: Plan } | { readonly receipt: CompletionReceipt } | null> {
  const stored = await plans.load(planId);
  const restored = stored === null ? null : restore(stored.text, flow, planId);
  if (restored?.type === 'plan') return { plan: restored.plan };
  return restored?.type === 'receipt' ? { receipt: restored.receipt } : null;
}

/**
 * The users that a plan has evidence for, where a form of this revision is of its present step; `null` where it is not,
 * or the plan is over. Revision 0: nothing was stored when the page was drawn.
 */
export async function provedUsersOfForm(
  { plans }: Pick<ExecutorContext, 'plans'>,
  flow: Flow,
  { planId, revision }: { readonly planId: string; readonly revision: number },
): Promise<readonly string[] | null> {
  const stored = await plans.load(planId);
  if (stored === null) return revision === 0 ? [] : null;
  const restored = restore(stored.text, flow, planId);
  if (restored.type !== 'plan' || stored.rev !== revision) return null;
  const { proved, account } = restored.plan;
  return [proved, account].filter((user) => user !== undefined);
}

/** True for exactly the form that ended its plan, or its token. */
export async function repeatsLastForm(
  context: Pick<ExecutorContext, 'plans' | 'digest'>,
  { planId, ...form }: Pick<Ask, 'flow' | 'planId' | 'enrollmentId' | 'secretId' | 'submission' | 'injectedContext'>,
): Promise<boolean> {
  const stored = await context.plans.load(planId);
  const restored = stored === null ? null : restore(stored.text, form.flow, planId);
  return restored?.type === 'receipt' && restored.receipt.form === formDigest(context, form);
}

/** True where a plan continues under another token because of exactly this answer of a source. */
export async function continuesWith(
  context: Pick<ExecutorContext, 'plans' | 'digest'>,
  {
    flow,
    planId,
    ...said
  }: {
    readonly flow: Flow;
    readonly planId: string;
    readonly enrollmentId: string;
    readonly secretId: string;
    readonly injectedContext: Context;
  },
): Promise<boolean> {
  const stored = await context.plans.load(planId);
  const restored = stored === null ? null : restore(stored.text, flow, planId);
  if (restored?.type !== 'receipt' || restored.receipt.continues !== true) return false;
  return restored.receipt.form === formDigest(context, { flow, ...said, submission: null });
}
