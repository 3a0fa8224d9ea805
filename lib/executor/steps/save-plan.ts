import { flowTarget } from '../../base/target.js';
import { restore, serialise } from '../../flow/machine/codec.js';
import { planLimits, type Receipt } from '../../flow/plan.js';
import { formDigest } from '../form-digest.js';
import { go, type Reply } from '../reply.js';
import { replyToReceipt } from '../receipt-reply.js';
import { effectsOf, type Run } from '../run.js';

/** One compare-and-set at the end of the run. A loser shows where the winner got to. */
export async function savePlan(run: Run): Promise<Reply> {
  const reply = run.reply ?? finished(run);
  const { submission, facts, brought } = run.ask;
  if (brought === null && (submission === null || !facts.act)) return reply;
  if (reply.is === 'refusal' && run.answered) {
    await endPlan(run);
    return reply;
  }
  if (!run.changed) return reply;

  const done = run.reply === null;
  // Signing out leaves no receipt: sent again, the form must sign out again.
  if (done && run.signOut) {
    if (run.revision > 0) await run.bench.plans.drop(run.plan.id);
    return reply;
  }
  const text = serialise(done ? receiptOf(run, reply) : run.plan);
  // A receipt outlives the handle: a plan's id must not come to life again for whoever uses this browser next.
  const ttl = done ? planLimits.totalSeconds : remainingSeconds(run);
  const { plans } = run.bench;
  const saved =
    run.revision === 0
      ? await plans.create(run.plan.id, text, ttl)
      : await plans.replace(run.plan.id, run.revision, text, ttl);
  if (saved.won) {
    if (done)
      run.bench.events('plan.finished', {
        flow: run.plan.flow,
        plan: run.plan.id,
        user: run.signIn?.signIn ?? null,
      });
    return reply;
  }
  const winner = saved.now === null ? null : restore(saved.now.text, run.ask.flow, run.plan.id);
  if (winner?.is === 'receipt' && saved.now !== null)
    return replyToReceipt(run.bench, run.ask, winner.receipt, { rev: saved.now.rev, atOnce: true });
  // The account is written and this was the last step: nobody gains by sending the person round again.
  if (done && run.signIn !== null) return reply;
  return go(flowTarget(run.ask.flow.slug));
}

/** A refused plan is over; a place that was kept for it is free for others. */
async function endPlan({ bench, plan, revision, ask }: Run): Promise<void> {
  if (revision > 0) await bench.plans.drop(plan.id);
  const { invitation } = plan.context;
  if (invitation !== undefined) await bench.services.invitations.letGo(invitation, plan.id, ask.facts.address);
}

function finished(run: Run): Reply {
  const { context } = run.plan;
  return go(context.redirect ?? { path: run.ask.flow.target }, { done: true, ...effectsOf(run) });
}

function receiptOf(run: Run, reply: Reply): Receipt {
  const { id, flow } = run.plan;
  const base: Receipt = {
    v: 1,
    done: true,
    id,
    flow,
    step: run.ask.submission?.step ?? '',
    form: formDigest(run.bench, run.ask),
    to: reply.is === 'go' ? reply.to : { path: run.ask.flow.target },
    rememberSeconds: run.signIn?.rememberSeconds ?? null,
    finishedAt: run.ask.facts.now,
  };
  return run.signIn === null ? base : { ...base, user: run.signIn.signIn };
}

function remainingSeconds(run: Run): number {
  const age = (run.ask.facts.now - run.plan.startedAt) / 1000;
  return Math.max(1, Math.floor(Math.min(planLimits.idleSeconds, planLimits.totalSeconds - age)));
}
