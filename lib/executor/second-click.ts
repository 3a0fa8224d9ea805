import { setTimeout as delay } from 'node:timers/promises';
import { restore } from '../flow/machine/codec.js';
import type { Requisite } from '../flow/stage.js';
import { replyToReceipt } from './reply-to-receipt.js';
import type { Reply } from './reply.js';
import type { Run } from './run.js';

/** How long to wait for the first of two clicks, and how often to look for it, in milliseconds. */
const longestMs = 1500;
const pauseMs = 50;

const endsOwnSession: readonly Requisite[] = ['sign-out', 'session-ends'];

/** True for a form that was refused, or sent back, in a flow that ends, or renews, its user's session. */
export function mayBeSecondClick({ ask }: Run, reply: Reply): boolean {
  const { submission, facts, flow } = ask;
  if (submission === null || !facts.act || flow.authentication !== 'require_authenticated') return false;
  const isKeptOut = reply.type === 'refusal' || (reply.type === 'redirect' && reply.freshToken);
  return isKeptOut && flow.bindings.some(({ stage }) => endsOwnSession.some((one) => stage.requires.includes(one)));
}

/**
 * The first of two clicks ends the session that the second one came with, maybe before its receipt is stored. `null`: the
 * session still counts, or no such click was found in time.
 */
export async function replyOfFirstClick({ context, ask }: Run): Promise<Reply | null> {
  const { facts, flow, planId } = ask;
  if (facts.user !== undefined && (await facts.isStillSignedIn?.()) !== false) return null;
  for (let waited = 0; waited <= longestMs; waited += pauseMs) {
    const stored = await context.plans.load(planId);
    const restored = stored === null ? null : restore(stored.text, flow, planId);
    if (stored !== null && restored?.type === 'receipt')
      return replyToReceipt(context, ask, restored.receipt, stored.rev);
    await delay(pauseMs);
  }
  return null;
}
