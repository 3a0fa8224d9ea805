import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import type { Plan } from '../flow/plan.js';
import { formDigest } from './form-digest.js';
import type { Ask, ExecutorContext } from './run.js';
import { redirectTo, type Reply } from './reply.js';

/**
 * A form that its plan has left behind: nothing is done, and the browser is redirected to the plan's current step.
 * Where the plan knows the person from another answer to this very form, another person is at the browser and starts a
 * new plan: they must not continue the first person's plan.
 */
export function replyToStaleForm(context: ExecutorContext, ask: Ask, plan: Plan): Reply {
  const notice = message('notice.moved_on');
  return redirectTo(flowTarget(ask.flow.slug), { notice, freshToken: isFromSomebodyElse(context, ask, plan) });
}

/** True for another answer to the form that identified the plan's person. */
export function isFromSomebodyElse(context: ExecutorContext, ask: Ask, { toldBy }: Plan): boolean {
  return toldBy !== undefined && ask.submission?.step === toldBy.step && formDigest(context, ask) !== toldBy.form;
}
