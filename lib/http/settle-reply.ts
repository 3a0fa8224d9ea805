import type { Awaitable } from '../base/awaitable.js';
import { message, type Message } from '../base/message.js';
import { locationOf } from '../base/target.js';
import { refusal, type RedirectReply, type Reply } from '../executor/reply.js';
import { acceptsInvitations } from '../flow/flow.js';
import { applySignIn } from './apply-sign-in.js';
import { handOver } from './hand-over.js';
import { acceptingFlow, flowPath } from './links.js';
import { rememberFactor } from './login/remembered-factor.js';
import { writeNotice } from './notices.js';
import { endEntryLink, givePlanToken, leadsIn, type Visit } from './visit.js';

/** What a reply has come to. `visit`: that of the flow which answers, where another one began in this request. */
export type SettledReply =
  | { readonly type: 'redirect'; readonly visit: Visit; readonly reply: RedirectReply; readonly location: string }
  | { readonly type: 'shown'; readonly visit: Visit; readonly reply: Exclude<Reply, RedirectReply> };

/** How many flows one request can lead through. */
const mostHops = 5;

/**
 * Applies what a reply does beside its answer, for pages and JSON alike: signing in and out, plan tokens, the entry
 * link, notices, and flows that end for another one. `hops`: how many did.
 */
export function settleReply(visit: Visit, reply: Reply, hops = 0): Awaitable<SettledReply> {
  return reply.type === 'redirect' ? settleRedirect(visit, reply, hops) : { type: 'shown', visit, reply };
}

async function settleRedirect(visit: Visit, reply: RedirectReply, hops: number): Promise<SettledReply> {
  const { web, flow, planToken, entryLink } = visit;
  const instead = await applySignIn(visit, reply);
  if (instead !== null) return { type: 'shown', visit, reply: instead };
  // The flow that the link was for is over, unless it was the sign-in on the way to accept an invitation.
  const isUsed =
    leadsIn(flow) || acceptsInvitations(flow) || entryLink.next !== undefined || entryLink.redirectedFrom !== undefined;
  if (reply.done && isUsed && !leadsToAcceptance(visit, reply)) await endEntryLink(visit);
  if (reply.token !== null) givePlanToken(visit, reply.token);
  else if (reply.freshToken) givePlanToken(visit);
  else if (planToken.fresh && !reply.done) givePlanToken(visit, planToken);
  if (reply.remember !== null) rememberFactor(visit, reply.remember);
  if (reply.notice !== null) writeNoticeFor(visit, reply.to, reply.notice);
  const begun = 'flow' in reply.to && reply.to.flow !== flow.slug ? await handOver(visit, reply) : null;
  if (begun === null) return { type: 'redirect', visit, reply, location: addressOf(visit, reply) };
  if (hops < mostHops) return settleReply(begun.visit, begun.reply, hops + 1);
  web.log.error({ flow: flow.slug }, 'flows end for each other without a page between');
  return { type: 'shown', visit: begun.visit, reply: refusal(403, [message('flow.not_applicable')], { flow }) };
}

/** The flow whose page comes next shows it; the app's own pages do not. */
function writeNoticeFor({ web, req, res, flow, jar }: Visit, to: RedirectReply['to'], notice: Message): void {
  if (!('flow' in to)) return;
  if (to.flow === flow.slug) {
    writeNotice(jar, notice);
    return;
  }
  const next = web.cookies(to.flow, req);
  writeNotice(next, notice);
  res.append('Set-Cookie', [...next.lines()]);
}

function leadsToAcceptance(visit: Visit, reply: RedirectReply): boolean {
  const accepting = acceptingFlow(visit.web);
  return (
    accepting !== null && accepting !== visit.flow && addressOf(visit, reply) === flowPath(visit.web, accepting.slug)
  );
}

/**
 * A finished flow never redirects to its own page, which would redirect again: the browser would loop. A stage that ends
 * it on purpose begins it anew; only a form does that.
 */
function addressOf({ web, flow }: Visit, reply: RedirectReply): string {
  const address = locationOf(web.site, reply.to) ?? flow.target;
  const own = flowPath(web, flow.slug);
  const isMeant = 'flow' in reply.to && reply.handOver?.type === 'linked';
  return reply.done && !isMeant && `${address.replace(/[?#].*$/, '')}/`.startsWith(own) ? web.home : address;
}
