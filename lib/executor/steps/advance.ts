import { chain, type Awaitable } from '../../base/awaitable.js';
import type { StageOutcome } from '../../flow/outcome.js';
import type { Effect, SignInEffect } from '../../flow/stage.js';
import { flowTarget } from '../../base/target.js';
import { leaveStep, patchContext } from '../../flow/machine/advance.js';
import { endPlan } from '../../flow/machine/change-steps.js';
import type { Ending } from '../hand-over.js';
import { planSigningIn } from '../plan-owner.js';
import { continueReply } from '../stage-page.js';
import { askAgain, isAnswered, refuse, restart } from '../unpassed-step.js';
import { declared } from '../plan-changes.js';
import { enrolled, redirectTo, type GrantedSignIn } from '../reply.js';
import { effectsOf, type Run, type StageRun } from '../run.js';
import { authenticatedAt as evidenceTime, maySignIn, type SignInEvidence } from '../sign-in-evidence.js';
import { afterEarlierWrite } from '../written-account.js';

/** The new plan that results from an outcome. Pure, except for the epoch of an end and the page that asks again. */
export function advance(run: StageRun): Awaitable<Run> {
  const { binding, outcome } = run;
  if (outcome === null) return run;
  switch (outcome.type) {
    case 'completed': {
      const patched = patchContext(run.plan, declared(binding.stage.writes, outcome.patch), outcome.remove);
      const evidence = outcome.evidence ?? run.evidence;
      const written = outcome.evidence?.type === 'account_written' ? { account: outcome.evidence.user } : {};
      if (outcome.deleted !== undefined)
        run.context.events({ type: 'account.deleted', user: outcome.deleted, flow: run.ask.flow.slug });
      return chain(endingOf(run, outcome), (endSessions) => {
        const passed: Run = {
          ...run,
          plan: { ...leaveStep(patched, 'passed'), ...written },
          answered: run.answered || isAnswered(run, binding),
          changed: true,
          evidence,
          endSessions,
          remember: outcome.remember ?? run.remember,
          notice: outcome.notice ?? run.notice,
        };
        return afterEffect(passed, outcome.effect);
      });
    }
    case 'written_before':
      return afterEarlierWrite(run, outcome);
    case 'ended':
      return afterEnd(run, outcome);
    case 'redirected': {
      const plan = patchContext(run.plan, declared(binding.stage.writes, outcome.patch));
      const { notice = run.notice } = outcome;
      return { ...run, plan, changed: true, reply: redirectTo(outcome.to, { ...effectsOf(run), notice }) };
    }
    case 'invalid': {
      const { errors, reference = null, retryAfterSeconds } = outcome;
      return retryAfterSeconds === undefined
        ? askAgain(run, binding, errors, { status: 422, reference })
        : askAgain(run, binding, errors, { status: 429, reference, retryAfterSeconds });
    }
    case 'denied':
      // The seat is taken by the account that an earlier request of this enrollment created.
      if (run.enrollments > 0) return { ...run, changed: false, reply: enrolled({ user: run.earlierAccount }) };
      return (
        (outcome.isFinal === true ? null : restart(run, binding)) ??
        refuse(run, binding, [outcome.message], outcome.reference ?? null, outcome.ticket ?? null)
      );
  }
}

/** Evidence from before the change, while it was being made too, counts no more. */
function endingOf(
  { endSessions, context }: Run,
  {
    endSessions: ofUser,
    endEvidence,
    endsOwnSession: ofOwn = false,
    keepsSessionId = false,
  }: Extract<StageOutcome, { readonly type: 'completed' }>,
): Awaitable<Run['endSessions']> {
  const user = ofUser ?? endEvidence;
  if (user === undefined) return endSessions;
  const evidenceOnly = ofUser === undefined && (endSessions?.user !== user || endSessions.evidenceOnly);
  const endsOwnSession = ofOwn || (endSessions?.user === user && endSessions.endsOwnSession);
  // A new id is due where one of several changes in this run asks for it.
  const wasRenewed = endSessions?.user === user && !endSessions.evidenceOnly && !endSessions.keepsId;
  const keepsId = !wasRenewed && (ofUser === undefined || keepsSessionId);
  const at = context.now();
  return chain(context.services.sessions.nextEpoch(), (epoch) => ({
    user,
    at,
    epoch,
    evidenceOnly,
    endsOwnSession,
    keepsId,
  }));
}

/** Only a form ends a plan. A GET leads on where there is nothing to end yet; otherwise a button stands in. */
function afterEnd(run: StageRun, ending: Ending): Run {
  const { binding, revision } = run;
  const { facts, injectedContext, flow } = run.ask;
  if (facts.act) return { ...run, plan: endPlan(run.plan), answered: true, changed: true, ending };
  if (injectedContext !== null)
    return { ...run, changed: true, reply: redirectTo(flowTarget(flow.slug), effectsOf(run)) };
  if (revision > 0) return { ...run, reply: continueReply(run, binding) };
  const { redirect: next = null } = run.plan.context;
  return { ...run, reply: redirectTo(ending.to, { handOver: { type: 'linked', next } }) };
}

/** The last effect counts: a sign-in creates a new session, which ends the one before. */
function afterEffect(run: Run, effect: Effect | undefined): Awaitable<Run> {
  if (effect === undefined) return run;
  if (!('signIn' in effect)) return { ...run, signIn: null, signOut: true };
  const { evidence } = run;
  if (evidence !== null && maySignIn(effect.signIn, evidence)) return signedIn(run, effect, evidence);
  const { flow } = run.ask;
  run.context.log.error(
    { flow: flow.slug, user: effect.signIn },
    'a stage asked to sign in without evidence of who is asking',
  );
  return { ...run, changed: false, reply: enrolled() };
}

function signedIn(run: Run, effect: SignInEffect, evidence: SignInEvidence): Awaitable<Run> {
  const { at: authenticatedAt, epoch } = evidenceTime(run, evidence);
  const signIn: GrantedSignIn = Object.assign({}, effect, { evidence, authenticatedAt, epoch });
  const plan = planSigningIn(run.plan, effect.signIn);
  if (effect.endOtherSessions !== true) return { ...run, plan, signIn, signOut: false };
  return chain(run.context.services.sessions.nextEpoch(), (endEpoch) => ({
    ...run,
    plan,
    signIn: { ...signIn, endEpoch },
    signOut: false,
  }));
}
