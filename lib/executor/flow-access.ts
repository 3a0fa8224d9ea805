import { dayText } from '../base/date-text.js';
import { message, type Message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import type { MessageId } from '../base/texts/english.js';
import { isOpenedByLink, restoresAddress, type Designation, type Flow } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import type { FlowLinkEnd } from '../ports/flow-links.js';
import type { Judgement } from './policy-engine.js';
import { redirectTo, refusal, type RefusalReason, type RefusalReply, type Reply } from './reply.js';
import { formOf, type Ask } from './run.js';

type UnmetRequirement = Extract<
  RefusalReason,
  'signed_in' | 'signed_out' | 'not_redirected' | 'not_linked' | 'link_expired'
>;

const unmetTexts = {
  signed_out: 'flow.signed_out',
  not_redirected: 'flow.not_redirected',
  not_linked: 'flow.not_linked',
  link_expired: 'flow.link_expired',
} as const;

/** What a signed-in visitor signs out for, by the flow's designation. */
const signedInTexts: Readonly<Partial<Record<Designation, MessageId>>> = {
  authentication: 'flow.signed_in.authentication',
  enrollment: 'flow.signed_in',
  recovery: 'flow.signed_in.recovery',
};

/**
 * A user that the running plan itself signed in meets `require_unauthenticated`. `hasBegun`: a stored plan was reached by
 * a redirect or by a link when it began.
 */
export function requirementUnmet(ask: Ask, ownUser: string | undefined, hasBegun = false): UnmetRequirement | null {
  const { user } = ask.facts;
  if (ask.flow.authentication === 'require_unauthenticated' && user !== undefined && user !== ownUser)
    return 'signed_in';
  if (ask.flow.authentication === 'require_authenticated' && user === undefined) return 'signed_out';
  if (isOpenedByLink(ask.flow) && !hasBegun) return hadLink(ask) ? 'link_expired' : 'not_linked';
  return ask.flow.authentication === 'require_redirect' && !hasBegun && !isRedirected(ask) ? 'not_redirected' : null;
}

/** A browser gets a plan token of such a flow by opening a link, whose own cookie ends sooner. */
function hadLink({ fresh, facts: { entryLink } }: Ask): boolean {
  return !fresh && entryLink.link === undefined && entryLink.ticket === undefined;
}

function isRedirected(ask: Ask): boolean {
  if (ask.injectedContext !== null || ask.facts.entryLink.redirectedFrom !== undefined) return true;
  const form = formOf(ask);
  // Pages of a stage are shown only to visitors who were redirected; the page that cancels is shown to everyone.
  return form !== null && bindingOf(ask.flow, form.step) !== null;
}

/**
 * Refuses a form that is sent while another user is signed in, whatever became of the plan. Redirected onwards, the
 * sender would act in the account of the browser's earlier visitor.
 */
export function refusedWhileSignedIn(ask: Ask, ownUser: string | undefined): Reply | null {
  const unmet = ask.submission === null || ask.facts.user === undefined ? null : requirementUnmet(ask, ownUser, true);
  return unmet === null ? null : refusalFor(ask, unmet);
}

export function refusalFor({ flow }: Ask, reason: UnmetRequirement): RefusalReply {
  return refusal(403, [unmetMessage(flow, reason)], { flow, reason });
}

function unmetMessage(flow: Flow, reason: UnmetRequirement): Message {
  if (reason === 'signed_in') return message(signedInTexts[flow.designation] ?? 'flow.signed_in.other');
  // Of the link that undoes a change, no new one can be had.
  return message(reason === 'not_linked' && restoresAddress(flow) ? 'stage.address_undo.over' : unmetTexts[reason]);
}

/** This browser opened a link, and its page was open for too long. */
export function linkExpired(flow: Flow): RefusalReply {
  return refusal(403, [message('flow.link_expired')], { flow, reason: 'link_expired' });
}

/** The link is for another account than the signed-in one; the page offers to sign out and continue. */
export function refusalForOther({ flow }: Ask, account: string): RefusalReply {
  return refusal(403, [message('flow.other_account')], { flow, reason: 'other_account', account });
}

/** The denied action of a flow whose `authentication` the visitor does not meet. `end`: why their link opens nothing. */
export function deniedFor(ask: Ask, reason: UnmetRequirement, end: FlowLinkEnd | null): Reply {
  const said = end === null || reason !== 'not_linked' ? unmetMessage(ask.flow, reason) : endMessage(end, ask);
  return denied(ask, [said], { reason });
}

function endMessage(end: FlowLinkEnd, { facts }: Ask): Message {
  return end.type === 'used'
    ? message('stage.address_undo.used')
    : message('stage.address_undo.expired', { day: dayText(end.at, facts.locale) });
}

/** For a signed-in user, an authentication flow counts as done, as in authentik. */
export function thereAlready(ask: Ask, next: RedirectTarget | undefined): Reply | null {
  if (ask.flow.designation !== 'authentication' || ask.facts.user === undefined) return null;
  // The visitor has just submitted an identity: they must not end up in the account of the browser's previous user.
  if (ask.submission !== null) return null;
  return redirectTo(next ?? { path: ask.flow.target }, { done: true });
}

/** A signed-in user who opens an invitation link gets a 403 page: the code is for a new user. */
export function holdsCode(ask: Ask, unmet: UnmetRequirement): Reply | null {
  return ask.facts.user !== undefined && isInvited(ask) ? refusalFor(ask, unmet) : null;
}

/** A visitor with a code gets the reason why they cannot sign up; `next` is for the end of the sign-up. */
function isInvited({ flow, facts }: Ask): boolean {
  const { designation, deniedAction } = flow;
  return designation === 'enrollment' && facts.entryLink.code !== undefined && deniedAction === 'message_continue';
}

/** authentik's denied actions, with a `next` that was checked when it was received. */
function denied(
  ask: Ask,
  messages: readonly Message[],
  details: Partial<Pick<RefusalReply, 'reference' | 'reason'>>,
): Reply {
  const next: RedirectTarget | undefined = ask.facts.entryLink.next;
  const { deniedAction } = ask.flow;
  if (next !== undefined && deniedAction !== 'message' && !isInvited(ask)) return redirectTo(next, { done: true });
  if (deniedAction === 'continue') return redirectTo({ path: ask.flow.target }, { done: true });
  return refusal(403, messages.length > 0 ? messages : [message('flow.not_applicable')], {
    flow: ask.flow,
    ...details,
  });
}

export function deniedBy(ask: Ask, judgement: Judgement): Reply {
  const { messages, reference, retryAfterSeconds, undecided, sourceNeeded } = judgement;
  const said = messages.map((one) => one.message);
  const reason = sourceNeeded ? 'source_needed' : null;
  // The flow's author did not foresee this denial, so the denied action does not apply: the page says what happened.
  if (undecided) return refusal(403, said, { flow: ask.flow, reference, reason });
  return retryAfterSeconds === null
    ? denied(ask, said, { reference, reason })
    : refusal(429, said, { flow: ask.flow, reference, retryAfterSeconds });
}
