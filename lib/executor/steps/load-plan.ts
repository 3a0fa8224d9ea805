import { isPromise } from '../../base/awaitable.js';
import { message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import { freezeDeep } from '../../base/json.js';
import { isSamePassword } from '../../base/same-password.js';
import type { Context } from '../../flow/context.js';
import { isOpenedByLink, type Flow } from '../../flow/flow.js';
import type { Plan } from '../../flow/plan.js';
import { restore } from '../../flow/machine/codec.js';
import { joined, patchContext, startPlan } from '../../flow/machine/advance.js';
import { rewindTo } from '../../flow/machine/change-steps.js';
import { isGate, takesCode } from '../../flow/stage.js';
import {
  answeredBy,
  beginRun,
  endedRun,
  formOf,
  type Ask,
  type ExecutorContext,
  type Run,
  stageContextOf,
} from '../run.js';
import {
  refusalFor,
  refusalForOther,
  refusedWhileSignedIn,
  requirementUnmet,
  thereAlready,
  deniedBy,
  deniedFor,
  holdsCode,
} from '../flow-access.js';
import { endOfLink, otherAccountOf, presentedLink } from '../flow-link.js';
import { isOfAnotherAccount } from '../plan-owner.js';
import { refuseEndedTicket, ticketRefused } from '../ticket-access.js';
import { redirectTo } from '../reply.js';
import { withoutUnknown } from '../injected-context.js';
import { replyToReceipt } from '../reply-to-receipt.js';
import { replyToStaleForm } from '../stale-form.js';
import { replyToLostPlan } from '../written-account.js';
import { evaluate } from '../policy-engine.js';

/** The stored plan, or a new one; a first visit reads nothing from the store. */
export async function loadPlan(context: ExecutorContext, ask: Ask): Promise<Run> {
  // Revision 0 means that nothing was stored when the page was created; if something is stored now, the save detects
  // it. But a form of a signed-in user may have signed them in, or have changed what they have removed since: then the
  // completion receipt has the reply.
  const first = ask.submission?.revision === 0;
  if (ask.fresh || (first && ask.facts.user === undefined && requirementUnmet(ask, undefined) === null))
    return planAfresh(context, ask);
  const stored = await context.plans.load(ask.planId);
  if (stored === null) {
    const over = mayBeOver(ask) ? await replyToLostPlan(context, ask) : null;
    const refused = over ?? refusedWhileSignedIn(ask, undefined);
    if (refused !== null) return endedRun(context, ask, refused);
    return (formOf(ask)?.revision ?? 0) === 0
      ? planAfresh(context, ask)
      : endedRun(context, ask, again(ask.flow, 'notice.expired'));
  }
  const restored = restore(stored.text, ask.flow, ask.planId);
  if (restored.type === 'unreadable') {
    context.events({ type: 'plan.unreadable', flow: ask.flow.slug, plan: ask.planId, reason: restored.reason });
    const over = await replyToLostPlan(context, ask);
    const refused = over ?? refusedWhileSignedIn(ask, undefined);
    return endedRun(context, ask, refused ?? { ...again(ask.flow, 'notice.restarted'), freshToken: true });
  }
  if (restored.type === 'receipt')
    return endedRun(context, ask, replyToReceipt(context, ask, restored.receipt, stored.rev));
  const other = otherAccountOf(ask, restored.plan);
  if (other !== null) return endedRun(context, ask, refusalForOther(ask, other));
  if (isOfAnotherAccount({ flow: ask.flow, user: ask.facts.user }, restored.plan))
    return endedRun(context, ask, { ...again(ask.flow, 'notice.restarted'), freshToken: true });
  const holder = restored.plan.context.pending_user;
  const refused = refusedWhileSignedIn(ask, holder);
  if (refused !== null) return endedRun(context, ask, refused);
  const refusing = refuseEndedTicket(context, ask, restored.plan);
  const ended = isPromise(refusing) ? await refusing : refusing;
  if (ended !== null) return endedRun(context, ask, ended);
  const form = formOf(ask);
  if (form !== null && form.revision !== stored.rev)
    return endedRun(context, ask, replyToStaleForm(context, ask, restored.plan));
  const arrived = withEntryLink(restored.plan, ask);
  const plan = ask.injectedContext === null ? arrived : withInjectedContext(arrived, ask, ask.injectedContext);
  // The pending user may come from a name that was only typed; evidence decides.
  const { account, proved = account, provedAt = restored.plan.startedAt, provedEpoch = 0 } = restored.plan;
  const run: Run = {
    ...beginRun(context, ask, freezeDeep(plan), stored.rev),
    before: restored.plan.context,
    changed: ask.injectedContext !== null,
    evidence:
      answeredBy(ask) ??
      (proved === undefined ? null : { type: 'plan_held', user: proved, at: provedAt, epoch: provedEpoch }),
  };
  if (actsOnPlan(run) && (await holdsEndedEvidence(run)))
    return endedRun(context, ask, { ...again(ask.flow, 'notice.restarted'), freshToken: true });
  const unmet = requirementUnmet(ask, holder, true);
  if (unmet === null) return run;
  const reply = thereAlready(ask, run.plan.context.redirect) ?? refusalFor(ask, unmet);
  return { ...run, changed: false, reply };
}

/** False for a page that is only shown. */
function actsOnPlan({ ask }: Run): boolean {
  return ask.facts.act || ask.injectedContext !== null;
}

/**
 * True where the user's sessions were ended, by a new password for example, after this plan had its evidence: no stage
 * may act upon it. The account's password tells it too where the registry of sessions has forgotten the end.
 */
async function holdsEndedEvidence({ context, evidence, plan }: Run): Promise<boolean> {
  const { sessions, profiles } = context.services;
  if (evidence?.type !== 'plan_held') return false;
  if (await sessions.hasEnded(evidence.user, evidence.epoch)) return true;
  const { proved, provedPassword } = plan;
  if (proved !== evidence.user || provedPassword === undefined) return false;
  return !isSamePassword(provedPassword, (await profiles.find(evidence.user))?.passwordChangedAt);
}

/** A plan was stored before a form of a later revision was created, and before its token was exchanged. */
function mayBeOver(ask: Ask): boolean {
  const form = formOf(ask);
  if (ask.injectedContext !== null) return false;
  return form === null ? ask.planId !== ask.enrollmentId : form.revision > 0;
}

/** A link that was opened in the middle of the flow may still set its target, if it led to this flow. */
function withEntryLink(plan: Plan, { flow, facts }: Ask): Plan {
  const { next, opened = flow.slug } = facts.entryLink;
  return next === undefined || opened !== flow.slug
    ? plan
    : { ...patchContext(plan, { redirect: next }), origin: { ...plan.origin, redirect: next } };
}

/**
 * A source recognized a person in the middle of the flow, or another person than before. The plan continues with this
 * identity from its gate on, because an accepted invitation may be for another address.
 */
function withInjectedContext(plan: Plan, ask: Ask, injectedContext: Context): Plan {
  const { flow } = ask;
  const known = {
    ...plan,
    context: withoutUnknown(joined(plan.context, injectedContext), ask),
    origin: withoutUnknown(joined(plan.origin, injectedContext), ask),
  };
  const gate = flow.bindings.find(({ stage }) => takesCode(stage));
  return gate === undefined ? known : rewindTo(known, flow, gate.key);
}

function again(flow: Flow, notice: 'notice.expired' | 'notice.restarted'): ReturnType<typeof redirectTo> {
  return redirectTo(flowTarget(flow.slug), { notice: message(notice) });
}

/** A new plan, made from the flow and its policies; nothing is stored yet. */
async function planAfresh(context: ExecutorContext, ask: Ask): Promise<Run> {
  const { flow, facts } = ask;
  const { next, redirectedFrom } = facts.entryLink;
  const opened: Context = freezeDeep({
    ...(next === undefined ? {} : { redirect: next }),
    ...(redirectedFrom === undefined ? {} : { is_redirected: redirectedFrom }),
    ...(ask.injectedContext === null ? {} : withoutUnknown(ask.injectedContext, ask)),
  });
  const { planId: id, enrollmentId } = ask;
  const link = isOpenedByLink(flow) ? await presentedLink(context, ask) : null;
  const origin: Context = link === null ? opened : freezeDeep({ ...opened, ...link.context });
  const start = { id, enrollmentId, origin, now: facts.now, owner: facts.user, leftOut: new Set<string>() };
  const blank = beginRun(context, ask, withHandedOver(startPlan(flow, start), ask), 0);
  if (link?.refused) return { ...blank, reply: ticketRefused(ask, link.refused) };
  const other = otherAccountOf(ask, blank.plan);
  if (other !== null) return { ...blank, reply: refusalForOther(ask, other) };
  const hasBegun = link !== null || ask.handedOver?.startsOver === true;
  const unmet = requirementUnmet(ask, undefined, hasBegun);
  if (unmet !== null)
    return {
      ...blank,
      reply: thereAlready(ask, next) ?? holdsCode(ask, unmet) ?? deniedFor(ask, unmet, await endOfLink(context, ask)),
    };
  const judging = evaluate(context, flow.guard, stageContextOf(blank, ''));
  const judged = isPromise(judging) ? await judging : judging;
  if (!judged.pass) return { ...blank, reply: deniedBy(ask, judged) };
  const leftOut = new Set<string>();
  for (const binding of flow.bindings) {
    if (!binding.evaluateOnPlan || binding.guard.bindings.length === 0) continue;
    const vote = await evaluate(context, binding.guard, stageContextOf(blank, binding.key));
    if (!vote.pass && (vote.undecided || isGate(binding.stage))) return { ...blank, reply: deniedBy(ask, vote) };
    if (!vote.pass) leftOut.add(binding.key);
  }
  const plan = leftOut.size === 0 ? blank.plan : withHandedOver(startPlan(flow, { ...start, leftOut }), ask);
  const evidence = link?.evidence ?? blank.evidence;
  return {
    ...blank,
    plan,
    evidence,
    changed: ask.injectedContext !== null,
    messages: judged.messages.map((one) => one.message),
  };
}

/** The account that the flow before has written is this enrollment's. */
function withHandedOver(plan: Plan, { handedOver }: Ask): Plan {
  if (handedOver === undefined) return plan;
  const { account, earlier } = handedOver;
  return account === null ? { ...plan, earlier } : { ...plan, earlier, account };
}
