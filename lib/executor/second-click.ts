import { setTimeout as delay } from 'node:timers/promises';
import { restore } from '../flow/machine/codec.js';
import { bindingOf } from '../flow/machine/advance.js';
import type { Requisite } from '../flow/stage.js';
import { formDigest } from './form-digest.js';
import { replyToNoted } from './noted-click.js';
import { replyToReceipt } from './reply-to-receipt.js';
import type { Reply } from './reply.js';
import type { Run } from './run.js';

/** How long to wait for the first of two clicks, and how often to look for it, in milliseconds. */
const longestMs = 1500;
const pauseMs = 50;
/** For a form that may as well be wrong: a mistake is not kept waiting for long. */
const shortMs = 300;

const endsOwnSession: readonly Requisite[] = ['sign-out', 'session-ends'];
/** What they remove is gone for the second click. */
const removes: readonly Requisite[] = ['authenticators', 'connections'];
const sentBack: readonly string[] = ['notice.moved_on', 'notice.restarted'];

/**
 * True for a form that was refused, or sent back, in a flow that ends, or renews, its user's session; and for one whose
 * step was left, or whose proof was ended, before it came, or whose removal failed: by its own first click, maybe.
 */
export function mayBeSecondClick(run: Run, reply: Reply): boolean {
  const { submission, facts } = run.ask;
  return submission !== null && facts.act && (isKeptOut(run, reply) || isSentBack(run, reply) || hasFailed(run, reply));
}

function isKeptOut({ ask: { flow } }: Run, reply: Reply): boolean {
  if (flow.authentication !== 'require_authenticated') return false;
  const isOut = reply.type === 'refusal' || (reply.type === 'redirect' && reply.freshToken);
  return isOut && flow.bindings.some(({ stage }) => endsOwnSession.some((one) => stage.requires.includes(one)));
}

function isSentBack({ changed }: Run, reply: Reply): boolean {
  return !changed && reply.type === 'redirect' && reply.notice !== null && sentBack.includes(reply.notice.id);
}

/** A form, not of a password, that changes how its user signs in. */
function hasFailed({ ask: { flow, submission } }: Run, reply: Reply): boolean {
  if (flow.authentication !== 'require_authenticated' || submission === null) return false;
  const isRefused = reply.type === 'refusal' || (reply.type === 'stage' && reply.status === 422);
  if (!isRefused || bindingOf(flow, submission.step)?.stage.requires.includes('credentials') === true) return false;
  return flow.bindings.some(({ stage }) => removes.some((one) => stage.requires.includes(one)));
}

/**
 * The reply of the first of two clicks, which has acted, maybe before its receipt is stored. `null`: the form is of an
 * earlier step, the session that it came with still counts, or no such click was found in time, nor what it noted.
 */
export async function replyOfFirstClick(run: Run, reply: Reply): Promise<Reply | null> {
  const { context, ask } = run;
  const { facts, flow, planId, submission } = ask;
  const wasSentBack = isSentBack(run, reply);
  const failed = hasFailed(run, reply);
  const isOut = facts.user === undefined || (await facts.isStillSignedIn?.()) === false;
  if (!wasSentBack && !failed && !isOut) return null;
  const mostMs = wasSentBack || isOut ? longestMs : shortMs;
  for (let waited = 0; waited <= mostMs; waited += pauseMs) {
    const stored = await context.plans.load(planId);
    const restored = stored === null ? null : restore(stored.text, flow, planId);
    if (
      stored !== null &&
      restored?.type === 'receipt' &&
      (!failed || restored.receipt.form === formDigest(context, ask))
    )
      return replyToReceipt(context, ask, restored.receipt, stored.rev);
    if (wasSentBack && stored?.rev !== submission?.revision) return null;
    await delay(pauseMs);
  }
  return replyToNoted(run);
}
