import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { restore } from '../flow/machine/codec.js';
import type { Plan } from '../flow/plan.js';
import { formDigest } from './form-digest.js';
import type { Ask, ExecutorContext } from './run.js';
import { redirectTo, type Reply } from './reply.js';
import { replyToReceipt } from './reply-to-receipt.js';

/**
 * A form that its plan has left behind: nothing is done, and the browser is redirected to the plan's current step.
 * Where the plan knows the person from another answer to this very form, another person is at the browser and starts a
 * new plan: they must not continue the first person's plan.
 */
export function replyToStaleForm(context: ExecutorContext, ask: Ask, plan: Plan): Reply {
  const freshToken = isFromSomebodyElse(context, ask, plan);
  // In a new plan, nothing continues.
  const notice = message(freshToken ? 'notice.restarted' : 'notice.moved_on');
  return redirectTo(flowTarget(ask.flow.slug), { notice, freshToken });
}

/** True for another answer to the form that identified the plan's person. */
export function isFromSomebodyElse(context: ExecutorContext, ask: Ask, { toldBy }: Plan): boolean {
  return toldBy !== undefined && ask.submission?.step === toldBy.step && formDigest(context, ask) !== toldBy.form;
}

/**
 * A form of a first page was planned afresh. Where another form has been accepted since, its mistakes are of no step any
 * more. `null`: nothing was.
 */
export async function replyIfLeftBehind(context: ExecutorContext, ask: Ask): Promise<Reply | null> {
  const stored = await context.plans.load(ask.planId);
  const now = stored === null ? null : restore(stored.text, ask.flow, ask.planId);
  if (stored !== null && now?.type === 'receipt') return replyToReceipt(context, ask, now.receipt, stored.rev);
  return now?.type === 'plan' ? replyToStaleForm(context, ask, now.plan) : null;
}
