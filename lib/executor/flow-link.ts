import type { Context } from '../flow/context.js';
import { isOpenedByLink, restoresAddress } from '../flow/flow.js';
import type { Plan } from '../flow/plan.js';
import type { FlowLinkEnd, FlowLinkTerms } from '../ports/flow-links.js';
import type { RefusedTicket } from '../ports/ticket-gate.js';
import type { Ask, ExecutorContext } from './run.js';
import type { SignInEvidence } from './sign-in-evidence.js';

/** The account that the link was issued for which began the plan, where another one is signed in; `null`: there is none. */
export function otherAccountOf({ flow, facts }: Ask, { origin }: Plan): string | null {
  const account = isOpenedByLink(flow) ? origin.pending_user : undefined;
  return account === undefined || facts.user === undefined || facts.user === account ? null : account;
}

/** What the link brings whose token this request presents. */
interface PresentedLink {
  readonly context: Context;
  /** Set where this request took the link for its plan, or presents it again for that plan. */
  readonly evidence: SignInEvidence | null;
  readonly user: string | null;
  /** Set for a ticket that does not open its flow. */
  readonly refused: RefusedTicket | null;
}

/**
 * The link that begins a plan of a flow with `require_token`, or of one that takes tickets; `null`: the request has
 * none, or it is not valid. A page that is only shown leaves it as it is; a form takes the link. A ticket is not taken
 * here, and is no evidence yet: the stage that uses it gives that.
 */
export async function presentedLink(context: ExecutorContext, ask: Ask): Promise<PresentedLink | null> {
  const { flow, facts, enrollmentId, planId } = ask;
  if (flow.tickets.length > 0) return presentedTicket(context, ask);
  const { flowLinks } = context.services;
  const { link } = facts.entryLink;
  if (flow.authentication !== 'require_token' || flowLinks === undefined || link === undefined) return null;
  const isFor = (user: string | null): boolean => facts.user === undefined || user === null || user === facts.user;
  const found = facts.act && facts.user === undefined ? null : await flowLinks.find(flow.slug, link, enrollmentId);
  // A link of another account stays as it is: after a sign-out it begins a plan.
  if (found !== null && !isFor(found.user)) {
    const { user } = found;
    return { user, context: contextOf(found), evidence: null, refused: null };
  }
  const taken = facts.act ? await flowLinks.take(flow.slug, link, { enrollmentId, planId }) : null;
  const terms = facts.act ? taken?.terms : found;
  if (terms === undefined || terms === null) return null;
  const { user } = terms;
  return {
    user,
    context: contextOf(terms),
    evidence: user === null || !facts.act || terms.outlivesSessions === true ? null : { type: 'link_taken', user },
    refused: null,
  };
}

/** Why the presented link undoes no change of an address; `null`: it is not known, or the flow is another one. */
export async function endOfLink({ services }: ExecutorContext, { flow, facts }: Ask): Promise<FlowLinkEnd | null> {
  const { link } = facts.entryLink;
  if (link === undefined || !restoresAddress(flow)) return null;
  return (await services.flowLinks?.endOf(flow.slug, link)) ?? null;
}

async function presentedTicket({ services }: ExecutorContext, ask: Ask): Promise<PresentedLink | null> {
  const { flow, facts, enrollmentId } = ask;
  const { ticket: token } = facts.entryLink;
  if (token === undefined || services.tickets === undefined) return null;
  const found = await services.tickets.find(flow, token, facts.act ? enrollmentId : null);
  if (found.type === 'refused') return { context: {}, evidence: null, user: null, refused: found.refused };
  const { ticket } = found;
  const { user } = ticket;
  return { context: { is_restored: true, pending_user: user, ticket }, evidence: null, user, refused: null };
}

function contextOf({ user, promptData, next }: FlowLinkTerms): Context {
  return {
    is_restored: true,
    ...(user === null ? {} : { pending_user: user }),
    ...(promptData === null ? {} : { prompt_data: promptData }),
    ...(next === null ? {} : { redirect: next }),
  };
}
