import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { planLimits, type Receipt } from '../flow/plan.js';
import { go, type Reply } from './reply.js';
import { formDigest } from './form-digest.js';
import type { Ask, Workbench } from './run.js';

/** The end that a finished plan had. Its last step's form, sent again soon after, signs in again; anything else only goes there. `atOnce`: two forms were on their way together, and this one lost; it answers as the winner. */
export function replyToReceipt(
  bench: Workbench,
  ask: Ask,
  receipt: Receipt,
  { rev, atOnce }: { readonly rev: number; readonly atOnce: boolean },
): Reply {
  const recent = ask.facts.now - receipt.finishedAt < planLimits.receiptSeconds * 1000;
  const { submission } = ask;
  if (submission === null && !recent) return go(flowTarget(ask.flow.slug), { freshHandle: true });
  // Whoever signed out in a way that we know nothing of wants to sign in again.
  if (submission === null && ask.flow.designation === 'authentication' && ask.facts.user === undefined)
    return go(flowTarget(ask.flow.slug), { freshHandle: true });
  // Whoever made the account opens the page again and is not signed in: the last answer may never have arrived.
  if (submission === null && receipt.user !== undefined && ask.facts.user === undefined) return { is: 'enrolled' };
  const repeated = recent && submission !== null && submission.step === receipt.step && submission.revision === rev - 1;
  // Another person at the same browser, or a guess: what is sent is not what the plan was finished with.
  const otherwise = repeated && !atOnce && receipt.form !== undefined && receipt.form !== formDigest(bench, ask);
  if (otherwise && ask.facts.user === receipt.user) return go(receipt.to, { done: true });
  if (otherwise) return go(flowTarget(ask.flow.slug), { freshHandle: true, notice: message('notice.moved_on') });
  const signIn =
    repeated && receipt.user !== undefined ? { signIn: receipt.user, rememberSeconds: receipt.rememberSeconds } : null;
  return go(receipt.to, { done: true, signIn });
}
