import type { Request, Response } from 'express';
import { EnrollmentError, isEnrollmentError, storeAway } from '../base/error.js';
import { randomReference } from '../base/ids.js';
import { message } from '../base/message.js';
import { locationOf } from '../base/target.js';
import {
  enrolled,
  refusal,
  type EnrolledReply,
  type RedirectReply,
  type RefusalReply,
  type Reply,
  type StageReply,
  type GrantedSignIn,
} from '../executor/reply.js';
import { maySignIn } from '../executor/sign-in-evidence.js';
import type { PageSources } from '../flow/content-security-policy.js';
import type { PageModel } from '../pages/page-model.js';
import { languagePathOf } from './choose-language.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import { sendPage, sendTo } from './headers.js';
import { sendFailedView, sendThroughApp } from './app-rendering.js';
import { handOver } from './hand-over.js';
import { acceptsInvitations, type Flow } from '../flow/flow.js';
import { signInToAcceptPage } from './accept-pages.js';
import { keepRefusal, keptRefusalPath, readRefusal, type RefusalPage } from './kept-refusal.js';
import { acceptingFlow, flowPath } from './links.js';
import { readNotice, writeNotice } from './notices.js';
import { enrolledPage, stagePage } from './page-model.js';
import { refusalPage } from './refusal-page.js';
import { rememberFactor } from './login/remembered-factor.js';
import { signOut } from './sign-out.js';
import { offersSignOut, signedInPage } from './signed-in-page.js';
import { invitedPage, provePage, noSources, sourceParts } from './sources/source-pages.js';
import { leadsIn, givePlanToken, type Visit } from './visit.js';
import type { Web } from './web.js';

/** The page that shows a form again that could not be processed; `null`: there is nothing to keep. */
export type KeepForm = (refused: RefusalReply) => Promise<StageReply | null>;

/** Sends a flow's reply. Every answer of a flow is sent here. `keepForm`: for a form. `hops`: how many flows ended for the next one. */
export async function sendReply(visit: Visit, reply: Reply, keepForm?: KeepForm, hops = 0): Promise<void> {
  const { web, req, res, jar, planToken } = visit;
  if (reply.type === 'refusal') {
    const kept = reply.status === 503 ? await keepForm?.(reply) : null;
    if (kept !== null && kept !== undefined) return sendReply(visit, kept);
    const invited = invitedPage(visit, reply, web.locals(req)) ?? signInToAcceptPage(visit, reply, web.locals(req));
    if (invited !== null) {
      sendModel(web, req, res, 200, invited, jar);
      return;
    }
    if (offersSignOut(visit, reply)) return sendSignedIn(visit, reply.status);
    sendRefusal(web, req, res, reply, { jar, locale: visit.locale, pageFlow: visit.flow });
    return;
  }
  if (reply.type === 'redirect') return sendRedirect(visit, reply, keepForm, hops);
  if (reply.type === 'enrolled') return sendEnrolled(visit, reply);
  if (planToken.fresh) givePlanToken(visit, planToken);
  if (reply.token !== null) givePlanToken(visit, reply.token);
  const parts = web.sources === null ? noSources : await sourceParts(visit, web.sources, reply);
  const more = { notice: reply.notice ?? readNotice(jar), app: web.locals(req), ...parts };
  const model = provePage(visit, reply, more) ?? stagePage(visit, reply, more);
  sendModel(web, req, res, reply.status, model, jar, reply.retryAfterSeconds, reply.contentSecurityPolicy);
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
  if (reply.done && isUsed && !leadsToAcceptance(visit, reply) && jar.read('entry') !== undefined) jar.clear('entry');
  if (reply.token !== null) givePlanToken(visit, reply.token);
  else if (reply.freshToken) givePlanToken(visit);
  else if (planToken.fresh && !reply.done) givePlanToken(visit, planToken);
  if (reply.remember !== null) rememberFactor(visit, reply.remember);
  if (reply.notice !== null) writeNotice(jar, reply.notice);
  const begun = 'flow' in reply.to && reply.to.flow !== flow.slug ? await handOver(visit, reply) : null;
  if (begun === null) {
    sendTo(res, addressOf(visit, reply), jar);
    return;
  }
  if (hops < mostHops) return sendReply(begun.visit, begun.reply, undefined, hops + 1);
  web.log.error({ flow: flow.slug }, 'flows end for each other without a page between');
  return sendReply(begun.visit, refusal(403, [message('flow.not_applicable')], { flow }));
}

/** How many flows one request can lead through. */
const mostHops = 5;

function leadsToAcceptance(visit: Visit, reply: RedirectReply): boolean {
  const accepting = acceptingFlow(visit.web);
  return (
    accepting !== null && accepting !== visit.flow && addressOf(visit, reply) === flowPath(visit.web, accepting.slug)
  );
}

/** A finished flow never redirects to its own page, which would redirect again: the browser would loop. */
function addressOf({ web, flow }: Visit, reply: RedirectReply): string {
  const address = locationOf(web.site, reply.to) ?? flow.target;
  const own = flowPath(web, flow.slug);
  return reply.done && `${address.replace(/[?#].*$/, '')}/`.startsWith(own) ? web.home : address;
}

async function sendSignedIn(visit: Visit, status: number): Promise<void> {
  const { web, req, res, jar, planToken } = visit;
  if (planToken.fresh) givePlanToken(visit, planToken);
  sendModel(web, req, res, status, await signedInPage(visit, web.locals(req)), jar);
}

async function sendEnrolled(visit: Visit, given: EnrolledReply): Promise<void> {
  const { web, req, res, jar } = visit;
  const { problem, user } = given;
  const isKeptOut = problem === null && user !== null && !(await web.authSession.isActive(user).catch(() => true));
  const reply: EnrolledReply = isKeptOut ? { ...given, problem: 'inactive' } : given;
  const status = reply.problem === 'refused' ? 403 : 200;
  if (reply.freshToken) givePlanToken(visit);
  sendModel(web, req, res, status, enrolledPage(visit, reply, web.locals(req)), jar);
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
  { jar: given = null, locale = web.locale(req), pageFlow = reply.flow }: RefusalOptions = {},
): void {
  const shown = { reply, pageFlow };
  const jar = given ?? web.cookies(null, req);
  const languagePath = languagePathOf(web, req) ?? keptPath(web, jar, shown);
  const page = refusalPage(web, shown, { app: web.locals(req), locale, languagePath });
  sendModel(web, req, res, reply.status, page, jar, reply.retryAfterSeconds);
}

/** Where the page is shown in another language; `null`: there is no other, or too much to keep. */
function keptPath(web: Web, jar: CookieJar, shown: RefusalPage): string | null {
  if (web.pages.languages.length < 2) return null;
  return keepRefusal(web, jar, shown) ? web.site.mount + keptRefusalPath : null;
}

/** GET: the refusal that this browser was shown last, for its language switch. Without one there is nothing to show. */
export function showKeptRefusal(web: Web, req: Request, res: Response): void {
  const kept = readRefusal(web, web.cookies(null, req));
  if (kept === null) sendTo(res, web.home, null);
  else sendRefusal(web, req, res, kept.reply, { pageFlow: kept.pageFlow });
}

/** Renders and sends a page, by the app's own `render` if it has one; if a view throws, a plain page is sent instead. */
export function sendModel(
  web: Web,
  req: Request,
  res: Response,
  status: number,
  model: PageModel,
  jar: CookieJar | null,
  retryAfterSeconds: number | null = null,
  more: PageSources | null = null,
): void {
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

/**
 * Signs in or out as the flow requested, once per request. A returned reply replaces the original one.
 * @throws ERR_ENROLLMENT_LOGIN when the app's login cannot sign out
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when signing out fails: the visitor must know that they are still signed in
 */
async function applySignIn(visit: Visit, reply: RedirectReply): Promise<EnrolledReply | RefusalReply | null> {
  const { endSessions, reauthenticated } = reply;
  if (reauthenticated !== null) visit.web.authSession.reauthenticated(visit.req, reauthenticated);
  if (endSessions !== null) await endSessionsOf(visit, endSessions, reply.signIn === null ? visit.req : null);
  if (reply.signIn !== null) return signIn(visit, reply.signIn);
  if (!reply.signOut) return null;
  const { web, req, res, flow } = visit;
  // Only a login created by a function can reach this line; other logins are checked when the app starts.
  if (!web.authSession.canSignOut) throw new EnrollmentError('ERR_ENROLLMENT_LOGIN', 'the login has no signOut');
  try {
    await signOut(web, req, res, { going: reply.done ? null : flow.slug });
  } catch (error) {
    throw storeAway('the session store', error);
  }
  return null;
}

/**
 * `req`: the request whose session stays, unless it signs in anew.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when the sessions cannot be ended
 */
async function endSessionsOf(
  { web, flow }: Visit,
  { user, at, evidenceOnly }: NonNullable<RedirectReply['endSessions']>,
  req: Visit['req'] | null,
): Promise<void> {
  try {
    if (evidenceOnly) await web.authSession.endEvidence(user, at);
    else await web.authSession.endSessions(user, req, at);
  } catch (error) {
    web.log.error({ err: error, flow: flow.slug, user }, "a user's other sessions could not be ended");
    throw isEnrollmentError(error) ? error : storeAway('the session store', error);
  }
}

async function signIn(visit: Visit, effect: GrantedSignIn): Promise<EnrolledReply | RefusalReply | null> {
  const { web, req, res, flow } = visit;
  const { signIn: user, rememberSeconds, evidence, authenticatedAt } = effect;
  const { endOtherSessions = false, networkBinding = 'none', geoBinding = 'none' } = effect;
  const exists = flow.designation !== 'enrollment';
  if (!maySignIn(user, evidence)) return enrolled();
  try {
    const method = effect.method ?? (exists ? 'password' : 'enrollment');
    if (endOtherSessions) await web.authSession.endSessions(user, null, authenticatedAt);
    const entered = await web.authSession.signIn(req, res, user, {
      method,
      rememberSeconds,
      authenticatedAt,
      networkBinding,
      geoBinding,
    });
    // The account was removed or deactivated after the password was verified.
    if (!entered)
      return exists ? refusal(403, [message('sign_in.kept_out')], { flow }) : enrolled({ problem: 'inactive' });
    if (exists) web.context.events({ type: 'login.succeeded', flow: flow.slug, user });
    return null;
  } catch (error) {
    const reference = randomReference();
    const about = { err: error, flow: flow.slug, user };
    if (exists) {
      web.log.error({ ...about, reference }, 'signing in failed after it was clear who it is');
      return refusal(503, [message('problem.503')], { flow, reference, retryAfterSeconds: 5 });
    }
    // The account exists: a failed sign-in must never cause a second one.
    web.log.error(about, 'signing in failed after the account was made');
    return enrolled();
  }
}
