import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { serialise } from '../flow/machine/codec.js';
import { planLimits, type CompletionReceipt } from '../flow/plan.js';
import { lastReceipt } from './completion-receipt.js';
import { formDigest } from './form-digest.js';
import { redirectTo, type Reply } from './reply.js';
import type { Ask, ExecutorContext, Run } from './run.js';

/**
 * A flow that signs its user out leaves no receipt: the same form, sent again, must sign out again. Only where it is for
 * signed-in users, the second of two clicks could not be answered without one. It names no user, and never signs in.
 */
export async function endSignedOut(run: Run, reply: Reply): Promise<void> {
  const { context, ask, plan, revision } = run;
  const { user } = ask.facts;
  if (user === undefined || ask.flow.authentication !== 'require_authenticated') {
    if (revision > 0) await context.plans.drop(plan.id);
    return;
  }
  const signedOut = userDigest(context, ask, user);
  const text = serialise({ ...lastReceipt({ ...run, signIn: null }, reply), signedOut });
  if (revision === 0) await context.plans.create(plan.id, text, planLimits.receiptSeconds);
  else await context.plans.replace(plan.id, revision, text, planLimits.receiptSeconds);
}

/**
 * The same form within two minutes is answered as it was the first time, unless another user has signed in since.
 * Everything else begins anew, and learns nothing.
 */
export function replyToSignedOut(
  context: ExecutorContext,
  ask: Ask,
  receipt: CompletionReceipt & { readonly signedOut: string },
  rev: number,
): Reply {
  const { submission, facts, flow } = ask;
  const isOthers = facts.user !== undefined && userDigest(context, ask, facts.user) !== receipt.signedOut;
  const isRepeated =
    submission !== null &&
    submission.step === receipt.step &&
    submission.revision === rev - 1 &&
    receipt.build === flow.build &&
    facts.now - receipt.finishedAt < planLimits.receiptSeconds * 1000 &&
    receipt.form === formDigest(context, ask);
  if (isRepeated && !isOthers) return redirectTo(receipt.to, { done: true, signOut: true });
  const notice = submission === null ? null : message(isOthers ? 'notice.other_account' : 'notice.expired');
  return redirectTo(flowTarget(flow.slug), { freshToken: true, notice });
}

export function isOfSignOut(receipt: CompletionReceipt): receipt is CompletionReceipt & { readonly signedOut: string } {
  return receipt.signedOut !== undefined;
}

function userDigest(
  { digest }: Pick<ExecutorContext, 'digest'>,
  { enrollmentId, secretId }: Ask,
  user: string,
): string {
  return digest(JSON.stringify(['signed out', enrollmentId, user]), secretId);
}
