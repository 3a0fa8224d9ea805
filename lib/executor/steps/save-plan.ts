import type { Awaitable } from '../../base/awaitable.js';
import { message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import { restore, serialise } from '../../flow/machine/codec.js';
import { planLimits, type PlanToken, type CompletionReceipt } from '../../flow/plan.js';
import type { PlanReplacement } from '../../ports/plan-store.js';
import { exchangeToken, knowsMore } from '../exchange-token.js';
import { formDigest } from '../posted-form.js';
import { countNewPlan, refuseNewPlan, rewardFinishedPlan } from '../limits.js';
import { enrolled, go, type RefusalReply, type Reply } from '../reply.js';
import { replyToReceipt } from '../reply-to-receipt.js';
import { effectsOf, type Run } from '../run.js';
import { isOfThisRequest } from '../sign-in-evidence.js';
import { isFromSomebodyElse, replyToStaleForm } from '../stale-form.js';
import { recordWrittenAccount } from '../written-account.js';

/** One compare-and-set at the end of the run. The loser of a race shows the winner's result. */
export function savePlan(given: Run): Awaitable<Reply> {
  const run = withProved(given);
  const reply = run.reply ?? finished(run);
  const { submission, facts, injectedContext } = run.ask;
  if (injectedContext === null && (submission === null || !facts.act)) return reply;
  if (reply.type === 'refusal' && run.answered) return endPlan(run, reply);
  return run.changed ? saveChanged(run, reply) : reply;
}

async function saveChanged(run: Run, reply: Reply): Promise<Reply> {
  const done = run.reply === null;
  // Signing out leaves no completion receipt: the same form, sent again, must sign out again.
  if (done && run.signOut) {
    if (run.revision > 0) await run.context.plans.drop(run.plan.id);
    return reply;
  }
  const [{ saved, token }, counted] = await Promise.all([
    save(run, reply, done),
    countNewPlan(run, done),
    done ? undefined : recordWrittenAccount(run),
  ]);
  if (saved.won) {
    if (counted.over) return refuseNewPlan(run, token, counted.retryAfterSeconds);
    if (done) {
      tellFinished(run);
      rewardFinishedPlan(run);
    }
    return withToken(reply, token);
  }
  return replyToLoser(run, reply, done, saved.now);
}

/** The evidence of this request also counts in later requests of the plan. */
function withProved(run: Run): Run {
  return run.evidence === null ? run : { ...run, plan: { ...run.plan, proved: run.evidence.user } };
}

async function save(
  run: Run,
  reply: Reply,
  done: boolean,
): Promise<{ readonly saved: PlanReplacement; readonly token: PlanToken | null }> {
  const { context, plan, revision } = run;
  if (!done && knowsMore(run)) return exchangeToken(run, reply, remainingSeconds(run));
  const text = serialise(done ? completionReceiptOf(run, reply) : plan);
  // A receipt outlives the token: a plan's id must not become valid again for the next person at this browser.
  const ttl = done ? planLimits.totalSeconds : remainingSeconds(run);
  const saved =
    revision === 0
      ? await context.plans.create(plan.id, text, ttl)
      : await context.plans.replace(plan.id, revision, text, ttl);
  return { saved, token: null };
}

/** Another request was first. If it sent the same form, this one gets the same reply. */
function replyToLoser(
  run: Run,
  reply: Reply,
  done: boolean,
  now: Extract<PlanReplacement, { won: false }>['now'],
): Reply {
  const { context, ask, plan, evidence } = run;
  const winner = now === null ? null : restore(now.text, ask.flow, plan.id);
  const sameForm = winner?.type === 'receipt' && winner.receipt.form === formDigest(context, ask);
  // The request's own evidence counts, wherever the plan is now: its own account, its own password.
  if (done && run.signIn !== null && isOfThisRequest(evidence) && !sameForm) return reply;
  if (plan.account !== undefined && run.before['pending_user'] === undefined && !sameForm) return enrolled();
  if (winner?.type === 'receipt' && now !== null) return replyToReceipt(context, ask, winner.receipt, now.rev);
  if (winner?.type === 'plan' && isFromSomebodyElse(context, ask, winner.plan))
    return replyToStaleForm(context, ask, winner.plan);
  // The submission is dropped, unless it was the same as the winner's.
  const isDropped = winner?.type === 'plan' && JSON.stringify(winner.plan.context) !== JSON.stringify(plan.context);
  return go(flowTarget(ask.flow.slug), isDropped ? { notice: message('notice.moved_on') } : {});
}

/**
 * A refused plan is over, and its reserved seat is free again. A plan that created an account leaves a completion
 * receipt.
 */
async function endPlan(run: Run, reply: RefusalReply): Promise<Reply> {
  const { context, plan, revision, ask } = run;
  if (plan.account !== undefined) {
    const { messages, reference } = reply;
    const receipt = serialise({
      ...completionReceiptOf(run, reply),
      user: plan.account,
      refused: { messages, reference },
    });
    if (revision > 0) await context.plans.replace(ask.planId, revision, receipt, planLimits.totalSeconds);
    else await context.plans.create(ask.planId, receipt, planLimits.totalSeconds);
    return reply;
  }
  if (revision > 0) await context.plans.drop(ask.planId);
  const { invitation } = plan.context;
  if (invitation !== undefined)
    await context.services.invitations.releaseReservation(invitation, plan.enrollmentId, ask.facts.address);
  return reply;
}

function finished(run: Run): Reply {
  const { context } = run.plan;
  return go(context.redirect ?? { path: run.ask.flow.target }, { done: true, ...effectsOf(run) });
}

function withToken(reply: Reply, token: PlanToken | null): Reply {
  return token !== null && (reply.type === 'redirect' || reply.type === 'stage') ? { ...reply, token } : reply;
}

function tellFinished({ context, plan, signIn }: Run): void {
  context.events({ type: 'plan.finished', flow: plan.flow, plan: plan.enrollmentId, user: signIn?.signIn ?? null });
}

function completionReceiptOf(run: Run, reply: Reply): CompletionReceipt {
  const { id, flow } = run.plan;
  const base: CompletionReceipt = {
    v: 1,
    done: true,
    id,
    flow,
    step: run.ask.submission?.step ?? '',
    form: formDigest(run.context, run.ask),
    to: reply.type === 'redirect' ? reply.to : { path: run.ask.flow.target },
    rememberSeconds: run.signIn?.rememberSeconds ?? null,
    finishedAt: run.ask.facts.now,
  };
  return run.signIn === null ? base : { ...base, user: run.signIn.signIn };
}

function remainingSeconds(run: Run): number {
  const age = (run.ask.facts.now - run.plan.startedAt) / 1000;
  return Math.max(1, Math.floor(Math.min(planLimits.idleSeconds, planLimits.totalSeconds - age)));
}
