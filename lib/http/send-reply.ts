import type { Request, Response } from 'express';
import { message, type Message } from '../base/message.js';
import { locationOf } from '../base/target.js';
import {
  refusal,
  type EnrolledReply,
  type RedirectReply,
  type RefusalReply,
  type Reply,
  type StageReply,
} from '../executor/reply.js';
import type { FormSources } from '../flow/content-security-policy.js';
import type { PageModel } from '../pages/page-model.js';
import { languagePathOf } from './choose-language.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import { emptyListPage } from './empty-list-page.js';
import { sendPage, sendTo } from './headers.js';
import { sendFailedView, sendThroughApp } from './app-rendering.js';
import { applySignIn } from './apply-sign-in.js';
import { withDecline } from './decline-invitation.js';
import { withFreshLink } from './fresh-invitation.js';
import { handOver } from './hand-over.js';
import { acceptsInvitations, type Flow } from '../flow/flow.js';
import { signInToAcceptPage } from './accept-pages.js';
import { keepRefusal, keptRefusalPath, readRefusal, type RefusalPage } from './kept-refusal.js';
import { acceptingFlow, flowPath } from './links.js';
import { readNotice, writeNotice } from './notices.js';
import { withOpenLinks, withOpenWays } from './open-links.js';
import { enrolledPage, stagePage } from './page-model.js';
import { refusalPage } from './refusal-page.js';
import { rememberFactor } from './login/remembered-factor.js';
import { offersSignOut, signedInPage } from './signed-in-page.js';
import { offersSwitch, switchAccountPage } from './switch-account-page.js';
import { invitedPage, provePage, noSources, sourceParts, sourceStagePage } from './sources/source-pages.js';
import { ticketPage } from './ticket-page.js';
import { endEntryLink, leadsIn, givePlanToken, type Visit } from './visit.js';
import type { Web } from './web.js';

/** The page that shows a form again that could not be processed; `null`: there is nothing to keep. */
export type KeepForm = (refused: RefusalReply) => Promise<StageReply | null>;

/** Sends a flow's reply. Every answer of a flow is sent here. `keepForm`: for a form. `hops`: how many flows ended for the next one. */
export async function sendReply(visit: Visit, reply: Reply, keepForm?: KeepForm, hops = 0): Promise<void> {
  const { web, req, res, jar, planToken } = visit;
  if (reply.type === 'refusal') {
    const kept = reply.status === 503 ? await keepForm?.(reply) : null;
    if (kept !== null && kept !== undefined) return sendReply(visit, kept);
    const ticket = ticketPage(visit, reply, web.locals(req));
    if (ticket !== null) return sendModel(web, req, res, reply.status, ticket, jar);
    const invited = invitedPage(visit, reply, web.locals(req)) ?? signInToAcceptPage(visit, reply, web.locals(req));
    if (invited !== null) return sendModel(web, req, res, 200, invited, jar);
    if (offersSignOut(visit, reply)) return sendButton(visit, reply.status, await signedInPage(visit, web.locals(req)));
    if (offersSwitch(visit, reply))
      return sendButton(visit, reply.status, await switchAccountPage(visit, reply.account, web.locals(req)));
    const page = refusalModel(web, req, reply, { jar, locale: visit.locale, pageFlow: visit.flow });
    return sendModel(web, req, res, reply.status, page, jar, reply.retryAfterSeconds);
  }
  if (reply.type === 'redirect') return sendRedirect(visit, reply, keepForm, hops);
  if (reply.type === 'enrolled') return sendEnrolled(visit, reply);
  if (planToken.fresh) givePlanToken(visit, planToken);
  if (reply.token !== null) givePlanToken(visit, reply.token);
  const shown = reply.links.length === 0 ? reply : await withOpenLinks(visit, reply);
  const parts = web.sources === null ? noSources : await sourceParts(visit, web.sources, shown);
  const more = { notice: reply.notice ?? readNotice(jar), app: web.locals(req), ...parts };
  const model =
    provePage(visit, shown, more) ??
    sourceStagePage(visit, shown, more) ??
    emptyListPage(visit, shown, more) ??
    (await withDecline(visit, shown, await withFreshLink(visit, shown, stagePage(visit, shown, more))));
  return sendModel(web, req, res, reply.status, model, jar, reply.retryAfterSeconds, reply.contentSecurityPolicy);
}

async function sendRedirect(
  visit: Visit,
  reply: RedirectReply,
  keepForm: KeepForm | undefined,
  hops: number,
): Promise<void> {
  const { web, flow, res, jar, planToken, entryLink } = visit;
  const instead = await applySignIn(visit, reply);
  if (instead !== null) return sendReply(visit, instead, keepForm);
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
  if (begun === null) {
    sendTo(res, addressOf(visit, reply), jar);
    return;
  }
  if (hops < mostHops) return sendReply(begun.visit, begun.reply, undefined, hops + 1);
  web.log.error({ flow: flow.slug }, 'flows end for each other without a page between');
  return sendReply(begun.visit, refusal(403, [message('flow.not_applicable')], { flow }));
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

/** How many flows one request can lead through. */
const mostHops = 5;

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

/** Sends a page whose button is signed for the visitor's plan token. */
function sendButton(visit: Visit, status: number, model: PageModel): Promise<void> {
  const { web, req, res, jar, planToken } = visit;
  if (planToken.fresh) givePlanToken(visit, planToken);
  return sendModel(web, req, res, status, model, jar);
}

async function sendEnrolled(visit: Visit, given: EnrolledReply): Promise<void> {
  const { web, req, res, jar } = visit;
  const { problem, user } = given;
  const isKeptOut = problem === null && user !== null && !(await web.authSession.isActive(user).catch(() => true));
  const reply: EnrolledReply = isKeptOut ? { ...given, problem: 'inactive' } : given;
  const status = reply.problem === 'refused' ? 403 : 200;
  if (reply.freshToken) givePlanToken(visit);
  return sendModel(web, req, res, status, enrolledPage(visit, reply, web.locals(req)), jar);
}

interface RefusalOptions {
  readonly jar?: CookieJar | null;
  readonly locale?: string;
  /** The flow in which the visitor was, for the layout of the page; default: that of the reply. */
  readonly pageFlow?: Flow | null;
}

/** Sends a refusal that may belong to no flow. */
export function sendRefusal(
  web: Web,
  req: Request,
  res: Response,
  reply: RefusalReply,
  { jar: given = null, ...more }: RefusalOptions = {},
): Promise<void> {
  const jar = given ?? web.cookies(null, req);
  const page = refusalModel(web, req, reply, { ...more, jar });
  // A page of no flow of its own leads back into the one in which it was met.
  const begun = reply.flow === null ? (more.pageFlow ?? null) : null;
  return sendModel(web, req, res, reply.status, page, jar, reply.retryAfterSeconds, null, begun);
}

function refusalModel(
  web: Web,
  req: Request,
  reply: RefusalReply,
  { jar, locale = web.locale(req), pageFlow = reply.flow }: RefusalOptions & { readonly jar: CookieJar },
): PageModel {
  const shown = { reply, pageFlow };
  const languagePath = languagePathOf(web, req) ?? keptPath(web, jar, shown);
  return refusalPage(web, shown, { app: web.locals(req), locale, languagePath });
}

/** Where the page is shown in another language; `null`: there is no other, or too much to keep. */
function keptPath(web: Web, jar: CookieJar, shown: RefusalPage): string | null {
  if (web.pages.languages.length < 2) return null;
  return keepRefusal(web, jar, shown) ? web.site.mount + keptRefusalPath : null;
}

/** GET: the refusal that this browser was shown last, for its language switch. Without one there is nothing to show. */
export async function showKeptRefusal(web: Web, req: Request, res: Response): Promise<void> {
  const kept = readRefusal(web, web.cookies(null, req));
  if (kept === null) sendTo(res, web.home, null);
  else await sendRefusal(web, req, res, kept.reply, { pageFlow: kept.pageFlow });
}

/**
 * Sends a page, by the app's own `render` if it has one; if a view throws, a plain page is sent instead. Every page with
 * links is sent here: those to flows whose policies refuse the visitor are left out, unless it is the flow that has `begun`.
 */
export async function sendModel(
  web: Web,
  req: Request,
  res: Response,
  status: number,
  given: PageModel,
  jar: CookieJar | null,
  retryAfterSeconds: number | null = null,
  more: FormSources | null = null,
  begun: Flow | null = null,
): Promise<void> {
  // During an outage no policy can decide.
  const model = status === 503 ? given : await withOpenWays({ web, req, res }, given, begun);
  if (web.render !== null) {
    sendThroughApp(web, req, res, { status, model, jar, retryAfterSeconds, more });
    return;
  }
  let html: string;
  try {
    html = web.pages.render(model);
  } catch (error) {
    sendFailedView(web, req, res, { model, jar }, error);
    return;
  }
  sendPage(res, status, html, jar, { policy: web.policy, retryAfterSeconds, more });
}
