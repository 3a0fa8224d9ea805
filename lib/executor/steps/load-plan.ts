import { message, type Message } from '../../base/message.js';
import { flowTarget, type RedirectTarget } from '../../base/target.js';
import { freezeDeep } from '../../base/freeze.js';
import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import type { Plan } from '../../flow/plan.js';
import { restore } from '../../flow/machine/codec.js';
import { joined, patchContext } from '../../flow/machine/advance.js';
import { startPlan } from '../../flow/machine/start.js';
import { rewindTo } from '../../flow/machine/turn.js';
import { isGate } from '../../flow/stage.js';
import { evaluate, type Judgement } from '../policy-engine.js';
import { go, refusal, type Reply } from '../reply.js';
import { replyToReceipt } from '../reply-to-receipt.js';
import { replyToStaleForm } from '../stale-form.js';
import { stageContextOf, type Ask, type Run, type ExecutorContext } from '../run.js';
import type { SignInEvidence } from '../sign-in-evidence.js';
import { replyToLostPlan } from '../written-account.js';

export const loadMessages = Object.freeze({
  'flow.not_applicable': 'This page isn’t available to you right now.',
  'flow.signed_in': 'You’re already signed in. To create another account, sign out first.',
  'flow.signed_out': 'Sign in first, then open this page again.',
});

/** The stored plan, or one planned afresh; a first visit asks the store nothing. */
export async function loadPlan(context: ExecutorContext, ask: Ask): Promise<Run> {
  // Revision 0 means that nothing was stored when the page was made; if something is now, the save will find it. But
  // whoever sends the first and only page again may have been signed in by it: then the receipt has the answer.
  const first = ask.submission?.revision === 0;
  if (ask.fresh || (first && requirementUnmet(ask, undefined) === null)) return planAfresh(context, ask);
  const stored = await context.plans.load(ask.planId);
  if (stored === null) {
    const over = mayBeOver(ask) ? await replyToLostPlan(context, ask) : null;
    const refused = over ?? refusedWhileSignedIn(ask, undefined);
    if (refused !== null) return ended(context, ask, refused);
    return ask.submission === null || first
      ? planAfresh(context, ask)
      : ended(context, ask, again(ask.flow, 'notice.expired'));
  }
  const restored = restore(stored.text, ask.flow, ask.planId);
  if (restored.is === 'unreadable') {
    context.events({ type: 'plan.unreadable', flow: ask.flow.slug, plan: ask.planId, reason: restored.reason });
    const over = await replyToLostPlan(context, ask);
    const refused = over ?? refusedWhileSignedIn(ask, undefined);
    return ended(context, ask, refused ?? { ...again(ask.flow, 'notice.restarted'), freshToken: true });
  }
  if (restored.is === 'receipt') return ended(context, ask, replyToReceipt(context, ask, restored.receipt, stored.rev));
  const holder = restored.plan.context.pending_user;
  const refused = refusedWhileSignedIn(ask, holder);
  if (refused !== null) return ended(context, ask, refused);
  if (ask.submission !== null && ask.submission.revision !== stored.rev)
    return ended(context, ask, replyToStaleForm(context, ask, restored.plan));
  const arrived = withEntryLink(restored.plan, ask);
  const plan = ask.brought === null ? arrived : withBrought(arrived, ask.flow, ask.brought);
  // Who is pending may be a name that was only typed; evidence is what counts.
  const { account, proved = account } = restored.plan;
  const run: Run = {
    ...begin(context, ask, freezeDeep(plan), stored.rev),
    before: restored.plan.context,
    changed: ask.brought !== null,
    evidence: answeredBy(ask) ?? (proved === undefined ? null : { type: 'plan_held', user: proved }),
  };
  const unmet = requirementUnmet(ask, holder);
  if (unmet === null) return run;
  const reply = thereAlready(ask, run.plan.context.redirect) ?? refusal(403, [unmet], { flow: ask.flow });
  return { ...run, changed: false, reply };
}

/** A plan was stored before a form of a later revision was made, and before its token was exchanged. */
function mayBeOver({ planId, enrollmentId, submission, brought }: Ask): boolean {
  if (brought !== null) return false;
  return submission === null ? planId !== enrollmentId : submission.revision > 0;
}

async function planAfresh(context: ExecutorContext, ask: Ask): Promise<Run> {
  const { flow, facts } = ask;
  const { next } = facts.entryLink;
  const origin: Context = freezeDeep({ ...(next === undefined ? {} : { redirect: next }), ...ask.brought });
  const { planId: id, enrollmentId } = ask;
  const blank = begin(
    context,
    ask,
    startPlan(flow, { id, enrollmentId, origin, now: facts.now, leftOut: new Set() }),
    0,
  );
  const unmet = requirementUnmet(ask, undefined);
  if (unmet !== null)
    return { ...blank, reply: thereAlready(ask, next) ?? holdsCode(ask, unmet) ?? denied(ask, [unmet]) };
  const judged = await evaluate(context, flow.guard, stageContextOf(blank, ''));
  if (!judged.pass) return { ...blank, reply: deniedBy(ask, judged) };
  const leftOut = new Set<string>();
  for (const binding of flow.bindings.filter((one) => one.evaluateOnPlan)) {
    const vote = await evaluate(context, binding.guard, stageContextOf(blank, binding.key));
    if (!vote.pass && (vote.undecided || isGate(binding.stage))) return { ...blank, reply: deniedBy(ask, vote) };
    if (!vote.pass) leftOut.add(binding.key);
  }
  const plan = startPlan(flow, { id, enrollmentId, origin, now: facts.now, leftOut });
  return { ...blank, plan, changed: ask.brought !== null, messages: judged.messages.map((one) => one.message) };
}

/** A link that came in the middle of the way may still say where to go at its end, if it led to this flow. */
function withEntryLink(plan: Plan, { flow, facts }: Ask): Plan {
  const { next, opened = flow.slug } = facts.entryLink;
  return next === undefined || opened !== flow.slug
    ? plan
    : { ...patchContext(plan, { redirect: next }), origin: { ...plan.origin, redirect: next } };
}

/**
 * Somebody was recognised in the middle of the way, or somebody else than before: the plan goes on with what is known
 * now, from its gate on, because an accepted invitation may be for another address than theirs.
 */
function withBrought(plan: Plan, flow: Flow, brought: Context): Plan {
  const known = { ...patchContext(plan, brought), origin: joined(plan.origin, brought) };
  const gate = flow.bindings.find(({ stage }) => isGate(stage));
  return gate === undefined ? known : rewindTo(known, flow, gate.key);
}

function begin(context: ExecutorContext, ask: Ask, plan: Plan, revision: number): Run {
  return {
    context,
    ask,
    plan,
    before: {},
    revision,
    enrollments: 0,
    answered: false,
    binding: null,
    messages: [],
    evidence: answeredBy(ask),
    signIn: null,
    signOut: false,
    changed: false,
    reply: null,
  };
}

/** A source that answers in this very request tells who is asking. */
function answeredBy({ brought }: Ask): SignInEvidence | null {
  const user = brought?.pending_user;
  return user === undefined ? null : { type: 'source_answered', user };
}

function ended(context: ExecutorContext, ask: Ask, reply: Reply): Run {
  const { planId: id, enrollmentId, facts } = ask;
  const plan = startPlan(ask.flow, { id, enrollmentId, origin: {}, now: facts.now, leftOut: new Set() });
  return { ...begin(context, ask, plan, 0), reply };
}

/** A person whom the running plan itself signed in is not a stranger to it. */
function requirementUnmet(ask: Ask, ownUser: string | undefined): Message | null {
  const { user } = ask.facts;
  if (ask.flow.authentication === 'require_unauthenticated' && user !== undefined && user !== ownUser)
    return message('flow.signed_in');
  if (ask.flow.authentication === 'require_authenticated' && user === undefined) return message('flow.signed_out');
  return null;
}

/**
 * Refuses a form that is sent while another user is signed in, whatever became of the plan. Redirected onwards, the
 * sender would act in the account of the browser's earlier visitor.
 */
function refusedWhileSignedIn(ask: Ask, ownUser: string | undefined): Reply | null {
  const unmet = ask.submission === null || ask.facts.user === undefined ? null : requirementUnmet(ask, ownUser);
  return unmet === null ? null : refusal(403, [unmet], { flow: ask.flow });
}

/** Whoever is signed in is where an authentication flow leads: as in authentik, it counts as done. */
function thereAlready(ask: Ask, next: RedirectTarget | undefined): Reply | null {
  if (ask.flow.designation !== 'authentication' || ask.facts.user === undefined) return null;
  // Somebody has just said who they are: they must not find themselves in the account of whoever was here before.
  if (ask.submission !== null) return null;
  return go(next ?? { path: ask.flow.target }, { done: true });
}

/** Whoever opens an invitation's link while signed in is told so, not led on: the code is for somebody new. */
function holdsCode(ask: Ask, unmet: Message): Reply | null {
  return ask.facts.user !== undefined && isInvited(ask) ? refusal(403, [unmet], { flow: ask.flow }) : null;
}

/** A person with a code is told why they cannot go on; `next` is for the end of the sign-up. */
function isInvited({ flow, facts }: Ask): boolean {
  const { designation, deniedAction } = flow;
  return designation === 'enrollment' && facts.entryLink.code !== undefined && deniedAction === 'message_continue';
}

/** authentik's denied actions, with a `next` that was checked when it was taken. */
function denied(ask: Ask, messages: readonly Message[], reference: string | null = null): Reply {
  const next: RedirectTarget | undefined = ask.facts.entryLink.next;
  const { deniedAction } = ask.flow;
  if (next !== undefined && deniedAction !== 'message' && !isInvited(ask)) return go(next, { done: true });
  if (deniedAction === 'continue') return go({ path: ask.flow.target }, { done: true });
  return refusal(403, messages.length > 0 ? messages : [message('flow.not_applicable')], { flow: ask.flow, reference });
}

function deniedBy(ask: Ask, { messages, reference, retryAfterSeconds, undecided }: Judgement): Reply {
  const said = messages.map((one) => one.message);
  // Not a denial that the flow's author foresaw, so its denied action is not for it: the page says what happened.
  if (undecided) return refusal(403, said, { flow: ask.flow, reference });
  return retryAfterSeconds === null
    ? denied(ask, said, reference)
    : refusal(429, said, { flow: ask.flow, reference, retryAfterSeconds });
}

function again(flow: Flow, notice: string): ReturnType<typeof go> {
  return go(flowTarget(flow.slug), { notice: message(notice) });
}
