import { execute } from '../executor/execute.js';
import type { HandOver } from '../executor/hand-over.js';
import type { RedirectReply, Reply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import { entryLinkSeconds, sealEntryLink } from './cookies/entry-link.js';
import { handOverPlanToken } from './cookies/plan-token.js';
import { askOf, givePlanToken, readEntryLink, type Visit } from './visit.js';

interface Begun {
  readonly visit: Visit;
  readonly reply: Reply;
}

/**
 * Lets another flow begin that a reply redirects to. Where its plan begins with the context of the flow that ended, it
 * runs in this very request, after the sign-in, and its own reply is returned. `null`: the redirect suffices.
 */
export async function handOver(visit: Visit, reply: RedirectReply): Promise<Begun | null> {
  const { flow: from } = visit;
  // The plan that begins is a new one: it has nothing to do with an earlier version of the flows. The cookies may be those of a client of the JSON.
  const { versions, cookies } = visit.web;
  const web = versions === null ? visit.web : { ...versions.now(), cookies };
  const { to, handOver: given } = reply;
  const flow = 'flow' in to && to.flow !== from.slug ? web.flows.get(to.flow) : undefined;
  if (flow === undefined) return null;
  if (given === null || given.type === 'linked') {
    await markLink(visit, flow, reply);
    return null;
  }
  return begin({ ...visit, web }, flow, given);
}

/** The entry link tells the other flow that it was reached by a redirect, and the target at its end. */
async function markLink(visit: Visit, flow: Flow, { handOver: given, done }: RedirectReply): Promise<void> {
  const { web, req, jar, entryLink, flow: from } = visit;
  const isMarked = flow.authentication === 'require_redirect';
  const target = given?.type === 'linked' ? given.next : null;
  if (!isMarked && target === null) return;
  const next = target ?? entryLink.next;
  // The code was for the flow that is over.
  const { code, proof } = done ? {} : await readEntryLink(web, req);
  const opened = given === null ? entryLink.opened : flow.slug;
  const link = {
    ...(code === undefined ? {} : { code }),
    ...(proof === undefined ? {} : { proof }),
    ...(next === undefined ? {} : { next }),
    ...(opened === undefined ? {} : { flow: opened }),
    ...(isMarked ? { redirected: { from: from.slug, to: flow.slug } } : {}),
  };
  jar.set('entry', await sealEntryLink(web.keyring, link, web.clock.now()), entryLinkSeconds(link));
}

async function begin(
  { web, req, res, flow: from, planToken: ended, jar: fromJar, locale }: Visit,
  flow: Flow,
  given: Exclude<HandOver, { readonly type: 'linked' }>,
): Promise<Begun | null> {
  const { planId, enrollmentId, issuedAt, secretId } = ended;
  const cause = { flow: from.slug, planId, enrollmentId, issuedAt, secretId };
  const planToken = handOverPlanToken(web.keyring, flow.slug, cause, given.cause);
  const jar = web.cookies(flow.slug, req);
  if (given.type === 'repeated') {
    givePlanToken({ web, flow, jar }, planToken);
    res.append('Set-Cookie', [...jar.lines()]);
    return null;
  }
  res.append('Set-Cookie', [...fromJar.lines()]);
  const { context, proved, provedAt, provedEpoch, account, earlier, startsOver } = given;
  const user = await web.authSession.current(req);
  const entryLink = context.redirect === undefined ? {} : { next: context.redirect };
  const visit: Visit = { web, req, res, flow, jar, planToken, entryLink, user, locale };
  const handedOver = { proved, provedAt, provedEpoch, account, earlier, startsOver };
  const ask = askOf(visit, { act: true, fresh: true, submission: null, injectedContext: context, handedOver });
  return { visit, reply: await execute(web.context, ask) };
}
