import type { Awaitable } from '../../base/awaitable.js';
import { message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import { restore, serialise } from '../../flow/machine/codec.js';
import { planLimits, type PlanToken } from '../../flow/plan.js';
import type { PlanReplacement } from '../../ports/plan-store.js';
import { lastReceipt } from '../completion-receipt.js';
import { exchangeToken, knowsMore } from '../exchange-token.js';
import { keepFiles } from '../form-files.js';
import { countNewPlan, refuseNewPlan, rewardFinishedPlan } from '../limits.js';
import { replyToReceipt } from '../reply-to-receipt.js';
import { enrolled, redirectTo, type RefusalReply, type Reply } from '../reply.js';
import { formDigest } from '../form-digest.js';
import { handOverOf, releaseUnused } from '../hand-over.js';
import { withPasswordTime } from '../password-time.js';
import { showsOwner, withOwner } from '../plan-owner.js';
import { remainingSeconds, storedUntil } from '../plan-lifetime.js';
import { effectsOf, type Run } from '../run.js';
import { authenticatedAt, isOfThisRequest } from '../sign-in-evidence.js';
import { isFromSomebodyElse, replyIfLeftBehind, replyToStaleForm } from '../stale-form.js';
import { mayBeSecondClick, replyOfFirstClick } from '../second-click.js';
import { endSignedOut } from '../signed-out-receipt.js';
import { recordWrittenAccount } from '../written-account.js';

/** One compare-and-set at the end of the run. The loser of a race shows the winner's result. */
export function savePlan(given: Run): Awaitable<Reply> {
  const run = withProved(given);
  const reply = run.reply ?? finished(run);
  const { submission, facts, injectedContext } = run.ask;
  const isSilent = injectedContext === null && (submission === null || !facts.act);
  if (isSilent && !isExtended(run, reply)) return reply;
  if (mayBeSecondClick(run, reply))
    return replyOfFirstClick(run, reply).then((instead) => instead ?? endOrSave(run, reply));
  if (isUnsavedFirstForm(run, reply))
    return replyIfLeftBehind(run.context, run.ask).then((instead) => instead ?? endOrSave(run, reply));
  return endOrSave(run, reply);
}

function endOrSave(run: Run, reply: Reply): Awaitable<Reply> {
  if (reply.type === 'refusal' && run.answered) return endPlan(run, reply);
  return run.changed ? saveChanged(run, reply) : reply;
}

/**
 * True for a form of the first page that is refused, or that must be sent again with its files: no save detects that the
 * plan has left it behind. The usual mistake is shown on its page: another look-up would take longer than the rest.
 */
function isUnsavedFirstForm({ ask, answered, changed, plan }: Run, { type }: Reply): boolean {
  if (ask.submission?.revision !== 0 || ask.fresh || plan.account !== undefined) return false;
  return type === 'refusal' ? answered : type === 'stage' && !changed && ask.submission.files !== undefined;
}

/** True for the page of a form that asked for more time: its plan is stored again. */
function isExtended({ ask, revision }: Run, reply: Reply): boolean {
  return ask.redraw?.extends === true && revision > 0 && reply.type === 'stage';
}

async function saveChanged(given: Run, reply: Reply): Promise<Reply> {
  const done = given.reply === null;
  const run = await withPasswordTime(given, done);
  if (done && run.signOut) {
    await endSignedOut(run, reply);
    keepFiles(run, done);
    return reply;
  }
  const [{ saved, token }, counted] = await Promise.all([
    save(run, reply, done),
    countNewPlan(run, done),
    done ? undefined : recordWrittenAccount(run),
  ]);
  if (saved.won) {
    if (counted.over) return refuseNewPlan(run, token, counted.retryAfterSeconds);
    keepFiles(run, done);
    if (done) {
      tellFinished(run);
      rewardFinishedPlan(run);
      await releaseUnused(run, reply);
    }
    return withToken(reply, token);
  }
  if (run.plan.account !== undefined) keepFiles(run, done);
  return replyToLoser(run, reply, done, saved.now);
}

/** The evidence of this request also counts in later requests of the plan. */
function withProved(run: Run): Run {
  const { evidence, plan } = run;
  if (evidence === null) return run;
  const { at: provedAt, epoch: provedEpoch } = authenticatedAt(run, evidence);
  const provedPassword = plan.proved === evidence.user ? plan.provedPassword : undefined;
  // Several new fields take a spread ten times as long.
  return { ...run, plan: Object.assign({}, plan, { proved: evidence.user, provedAt, provedEpoch, provedPassword }) };
}

async function save(
  given: Run,
  reply: Reply,
  done: boolean,
): Promise<{ readonly saved: PlanReplacement; readonly token: PlanToken | null }> {
  // Asking for more time makes a plan no user's.
  const run = done || isExtended(given, reply) ? given : withOwner(given);
  const { context, plan, revision } = run;
  if (!done && knowsMore(run))
    return exchangeToken(run, reply, { ttlSeconds: remainingSeconds(run), identifies: true });
  if (!done && showsOwner(given.plan, plan))
    return exchangeToken(run, reply, { ttlSeconds: remainingSeconds(run), identifies: false });
  const text = serialise(done ? lastReceipt(run, reply) : { ...plan, expiresAt: storedUntil(run) });
  // A receipt outlives the token: a plan's id must not become valid again for the next person at this browser.
  const ttl = done ? planLimits.totalSeconds : remainingSeconds(run);
  if (revision === 0) return { saved: await context.plans.create(plan.id, text, ttl), token: null };
  // More time changes nothing else: the same form in another tab, or on its way, stays as good as it was.
  const next = isExtended(run, reply) ? revision : revision + 1;
  return { saved: await context.plans.replace(plan.id, revision, text, ttl, next), token: null };
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
  if (plan.account !== undefined && run.before['pending_user'] === undefined && !sameForm)
    return enrolled({ user: plan.account });
  if (winner?.type === 'receipt' && now !== null) return replyToReceipt(context, ask, winner.receipt, now.rev);
  if (winner?.type === 'plan' && isFromSomebodyElse(context, ask, winner.plan))
    return replyToStaleForm(context, ask, winner.plan);
  // The submission is dropped, unless it was the same as the winner's.
  const isDropped = winner?.type === 'plan' && JSON.stringify(winner.plan.context) !== JSON.stringify(plan.context);
  return redirectTo(flowTarget(ask.flow.slug), isDropped ? { notice: message('notice.moved_on') } : {});
}

/**
 * A refused plan is over, and its reserved seat is free again. A plan that created an account leaves a completion
 * receipt.
 */
async function endPlan(run: Run, reply: RefusalReply): Promise<Reply> {
  const { context, plan, revision, ask } = run;
  if (plan.account !== undefined) {
    keepFiles(run, true);
    const { messages, reference } = reply;
    const receipt = serialise({
      ...lastReceipt(run, reply),
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
  const { ending } = run;
  if (ending !== null)
    return redirectTo(ending.to, { done: true, ...effectsOf(run), handOver: handOverOf(run, ending) });
  return redirectTo(context.redirect ?? { path: run.ask.flow.target }, { done: true, ...effectsOf(run) });
}

function withToken(reply: Reply, token: PlanToken | null): Reply {
  return token !== null && (reply.type === 'redirect' || reply.type === 'stage') ? { ...reply, token } : reply;
}

function tellFinished({ context, plan, signIn }: Run): void {
  context.events({ type: 'plan.finished', flow: plan.flow, plan: plan.enrollmentId, user: signIn?.signIn ?? null });
}
