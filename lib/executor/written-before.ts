import { setTimeout as delay } from 'node:timers/promises';
import { digest128 } from '../base/ids.js';
import { restore } from '../flow/machine/codec.js';
import type { StageOutcome } from '../flow/stage.js';
import { replyToReceipt } from './reply-to-receipt.js';
import { enrolled, type Reply } from './reply.js';
import type { Run } from './run.js';
import { replyToStaleForm } from './stale-form.js';

/** How long to wait for the reply of a request that is still running, and how often to look for it, in milliseconds. */
const longestMs = 1500;
const pauseMs = 50;

/** How many accounts one browser can find under one lost plan. */
const mostEnrollments = 5;

/**
 * The account of this enrollment was written by an earlier request. Of two simultaneous clicks, the second gets the
 * reply of the first one's completion receipt. Where there is none, a plan was lost or restored to an older state: the
 * same person learns that the account exists, and another person at the same browser gets a new enrollment. It never
 * signs a user in.
 */
export async function afterEarlierWrite(
  run: Run,
  { sameDetails, recently }: Extract<StageOutcome, { readonly type: 'written_before' }>,
): Promise<Run> {
  const reply = await replyOfFirst(run, recently);
  if (reply !== null) return { ...run, changed: false, reply };
  if (sameDetails || run.enrollments >= mostEnrollments) return { ...run, changed: false, reply: enrolled() };
  const { context, ask, plan } = run;
  const { invitation } = plan.context;
  if (invitation !== undefined)
    await context.services.invitations.releaseReservation(invitation, plan.enrollmentId, ask.facts.address);
  // Derived, so that two clicks of this person result in one account, too.
  const enrollmentId = digest128(JSON.stringify(['next enrollment', plan.enrollmentId]));
  return { ...run, plan: { ...plan, enrollmentId }, enrollments: run.enrollments + 1 };
}

async function replyOfFirst({ context, ask }: Run, recently: boolean): Promise<Reply | null> {
  for (let waited = 0; ; waited += pauseMs) {
    const stored = await context.plans.load(ask.planId);
    const restored = stored === null ? null : restore(stored.text, ask.flow, ask.planId);
    if (stored !== null && restored?.type === 'receipt')
      return replyToReceipt(context, ask, restored.receipt, stored.rev);
    // The plan has continued since this form was created: the visitor returned to an earlier page.
    if (restored?.type === 'plan' && stored?.rev !== ask.submission?.revision)
      return replyToStaleForm(context, ask, restored.plan);
    if (!recently || waited >= longestMs) return null;
    await delay(pauseMs);
  }
}
