import { message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import { freezeDeep } from '../../base/freeze.js';
import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import type { Plan } from '../../flow/plan.js';
import { restore } from '../../flow/machine/codec.js';
import { joined, patchContext } from '../../flow/machine/advance.js';
import { rewindTo } from '../../flow/machine/change-steps.js';
import { isGate } from '../../flow/stage.js';
import { answeredBy, beginRun, endedRun } from '../begin-run.js';
import { refusalFor, refusedWhileSignedIn, requirementUnmet, thereAlready } from '../flow-access.js';
import { planAfresh } from '../plan-afresh.js';
import { go } from '../reply.js';
import { replyToReceipt } from '../reply-to-receipt.js';
import { replyToStaleForm } from '../stale-form.js';
import type { Ask, ExecutorContext, Run } from '../run.js';
import { replyToLostPlan } from '../written-account.js';

/** The stored plan, or a new one; a first visit reads nothing from the store. */
export async function loadPlan(context: ExecutorContext, ask: Ask): Promise<Run> {
  // Revision 0 means that nothing was stored when the page was created; if something is stored now, the save detects
  // it. But the first submission of a flow's only page may have signed the visitor in: then the completion receipt has
  // the reply.
  const first = ask.submission?.revision === 0;
  if (ask.fresh || (first && requirementUnmet(ask, undefined) === null)) return planAfresh(context, ask);
  const stored = await context.plans.load(ask.planId);
  if (stored === null) {
    const over = mayBeOver(ask) ? await replyToLostPlan(context, ask) : null;
    const refused = over ?? refusedWhileSignedIn(ask, undefined);
    if (refused !== null) return endedRun(context, ask, refused);
    return ask.submission === null || first
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
  const holder = restored.plan.context.pending_user;
  const refused = refusedWhileSignedIn(ask, holder);
  if (refused !== null) return endedRun(context, ask, refused);
  if (ask.submission !== null && ask.submission.revision !== stored.rev)
    return endedRun(context, ask, replyToStaleForm(context, ask, restored.plan));
  const arrived = withEntryLink(restored.plan, ask);
  const plan = ask.injectedContext === null ? arrived : withInjectedContext(arrived, ask.flow, ask.injectedContext);
  // The pending user may come from a name that was only typed; evidence decides.
  const { account, proved = account } = restored.plan;
  const run: Run = {
    ...beginRun(context, ask, freezeDeep(plan), stored.rev),
    before: restored.plan.context,
    changed: ask.injectedContext !== null,
    evidence: answeredBy(ask) ?? (proved === undefined ? null : { type: 'plan_held', user: proved }),
  };
  const unmet = requirementUnmet(ask, holder);
  if (unmet === null) return run;
  const reply = thereAlready(ask, run.plan.context.redirect) ?? refusalFor(ask, unmet);
  return { ...run, changed: false, reply };
}

/** A plan was stored before a form of a later revision was created, and before its token was exchanged. */
function mayBeOver({ planId, enrollmentId, submission, injectedContext }: Ask): boolean {
  if (injectedContext !== null) return false;
  return submission === null ? planId !== enrollmentId : submission.revision > 0;
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
function withInjectedContext(plan: Plan, flow: Flow, injectedContext: Context): Plan {
  const known = { ...patchContext(plan, injectedContext), origin: joined(plan.origin, injectedContext) };
  const gate = flow.bindings.find(({ stage }) => isGate(stage));
  return gate === undefined ? known : rewindTo(known, flow, gate.key);
}

function again(flow: Flow, notice: 'notice.expired' | 'notice.restarted'): ReturnType<typeof go> {
  return go(flowTarget(flow.slug), { notice: message(notice) });
}
