import { digest128, randomReference } from '../base/ids.js';
import type { Flow } from '../flow/flow.js';
import { restore, serialise } from '../flow/machine/codec.js';
import { planLimits } from '../flow/plan.js';
import { enrolled, redirectTo, type Reply, refusal, type EnrolledReply } from './reply.js';
import type { Ask, Run, ExecutorContext } from './run.js';
import { setTimeout as delay } from 'node:timers/promises';
import type { StageOutcome } from '../flow/stage.js';
import { replyToReceipt } from './reply-to-receipt.js';
import { replyToStaleForm } from './stale-form.js';
import { ticketRefused } from './ticket-access.js';
import type { Awaitable } from '../base/awaitable.js';
import { isEnrollmentError } from '../base/error.js';

/**
 * Records that an enrollment has its account, where its plan continues. The plan lives an hour from each save, the
 * cookie with the enrollment's id a day. Without the record, a user who returns later is asked to sign up again.
 */
export async function recordWrittenAccount({ context, ask, plan, before }: Run): Promise<void> {
  const { account } = plan;
  if (account === undefined || before.pending_user === account) return;
  const { flow, enrollmentId, facts } = ask;
  const id = recordId(flow, enrollmentId);
  const record = serialise({
    v: 1,
    done: true,
    id,
    flow: flow.slug,
    step: '',
    to: { path: flow.target },
    user: account,
    rememberSeconds: null,
    finishedAt: facts.now,
  });
  await context.plans.create(id, record, planLimits.totalSeconds);
}

/** The id of the account that an enrollment wrote before its plan was lost; `null` where there is none. */
export async function findWrittenAccount(
  { plans }: Pick<ExecutorContext, 'plans'>,
  { flow, enrollmentId }: Pick<Ask, 'flow' | 'enrollmentId'>,
): Promise<string | null> {
  const id = recordId(flow, enrollmentId);
  const stored = await plans.load(id);
  const restored = stored === null ? null : restore(stored.text, flow, id);
  return restored?.type === 'receipt' ? (restored.receipt.user ?? null) : null;
}

/**
 * The reply where a plan that had written an account is gone; `null` where it had not. It never signs in. A GET gets it
 * once: the browser's next visitor starts a new plan.
 */
export async function replyToLostPlan(context: ExecutorContext, ask: Ask): Promise<Reply | null> {
  const { facts, submission, flow } = ask;
  if (submission === null && facts.user !== undefined) return null;
  const account = await findWrittenAccount(context, ask);
  if (account === null) return null;
  if (facts.user === account) return redirectTo({ path: flow.target }, { done: true });
  return enrolled({ user: account, freshToken: submission === null });
}

function recordId(flow: Flow, enrollmentId: string): string {
  return digest128(JSON.stringify(['written account', flow.slug, enrollmentId]));
}

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
  { user, sameDetails, isOtherForm = false, recently }: Extract<StageOutcome, { readonly type: 'written_before' }>,
): Promise<Run> {
  const reply = await replyOfFirst(run, recently);
  if (reply !== null) return { ...run, changed: false, reply };
  const { context, ask, plan } = run;
  const { ticket } = plan.context;
  // Not who sends this form, but where the ticket leads on.
  const used = ticket === undefined ? null : ((await context.services.tickets?.refusal(ticket, null)) ?? null);
  if (used !== null) return { ...run, changed: false, reply: ticketRefused(ask, used) };
  if (sameDetails || run.enrollments >= mostEnrollments)
    return {
      ...run,
      changed: false,
      reply: enrolled({ user: user ?? null, problem: isOtherForm ? 'repeated' : null }),
    };
  const { invitation } = plan.context;
  if (invitation !== undefined)
    await context.services.invitations.releaseReservation(invitation, plan.enrollmentId, ask.facts.address);
  // Derived, so that two clicks of this person result in one account, too.
  const enrollmentId = digest128(JSON.stringify(['next enrollment', plan.enrollmentId]));
  const earlierAccount = user ?? run.earlierAccount;
  return { ...run, plan: { ...plan, enrollmentId }, enrollments: run.enrollments + 1, earlierAccount };
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

/** Once the account is written, a refusal is reported as an existing account: starting again would not help. */
export function asWritten({ plan }: Run, reply: Reply): Reply {
  if (plan.account === undefined || reply.type !== 'refusal') return reply;
  return enrolled({ user: plan.account, problem: 'refused', messages: reply.messages, reference: reply.reference });
}

/** The reply to a request that failed after it had written an account. Every other error is rethrown. */
export async function afterFailure(run: Run, error: unknown, save: (run: Run) => Awaitable<Reply>): Promise<Reply> {
  const { context, plan, ask, before, evidence } = run;
  if (plan.account === undefined || evidence?.type !== 'account_written') throw error;
  const reference = randomReference();
  const about = { err: error, flow: ask.flow.slug, user: plan.account, reference };
  context.log.error(about, 'a request failed after it had written an account');
  // Where only a store was unavailable, the user can sign in once it is back.
  const away = isEnrollmentError(error) && error.status === 503;
  const { account: user } = plan;
  if (away || before.pending_user !== undefined) return enrolled({ user, reference });
  const reply = enrolled({ user, problem: 'refused', reference });
  await leaveReceipt(run, reply, save);
  return reply;
}

/** Stores the completion receipt, so that the second of two clicks gets the same reply. */
async function leaveReceipt(
  run: Run,
  { reference }: EnrolledReply,
  save: (run: Run) => Awaitable<Reply>,
): Promise<void> {
  const reply = refusal(403, [], { flow: run.ask.flow, reference });
  try {
    await save({ ...run, answered: true, reply });
  } catch (error) {
    run.context.log.warn({ err: error, reference }, 'a plan that failed after its write could not be ended');
  }
}
