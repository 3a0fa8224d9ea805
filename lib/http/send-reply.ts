import type { Request, Response } from 'express';
import { isPromise } from '../base/awaitable.js';
import type { EnrolledReply, RefusalReply, Reply, StageReply } from '../executor/reply.js';
import type { FormSources } from '../flow/content-security-policy.js';
import type { PageModel } from '../pages/page-model.js';
import { languagePathOf } from './choose-language.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import { sendPage, sendTo } from './headers.js';
import { sendFailedView, sendThroughApp } from './app-rendering.js';
import type { Flow } from '../flow/flow.js';
import { signInToAcceptPage } from './accept-pages.js';
import { keepRefusal, keptRefusalPath, readRefusal, type RefusalPage } from './kept-refusal.js';
import { withOpenWays } from './open-links.js';
import { enrolledModel, stageModel } from './reply-model.js';
import { refusalPage } from './refusal-page.js';
import { settleReply } from './settle-reply.js';
import { offersSignOut, signedInPage } from './signed-in-page.js';
import { offersSwitch, switchAccountPage } from './switch-account-page.js';
import { invitedPage } from './sources/source-pages.js';
import { ticketPage } from './ticket-page.js';
import { givePlanToken, type Visit } from './visit.js';
import type { Web } from './web.js';

/** The page that shows a form again that could not be processed; `null`: there is nothing to keep. */
export type KeepForm = (refused: RefusalReply) => Promise<StageReply | null>;

/** Sends a flow's reply as a page. Every answer of a flow's pages is sent here. `keepForm`: for a form. */
export async function sendReply(visit: Visit, reply: Reply, keepForm?: KeepForm): Promise<void> {
  const settling = settleReply(visit, reply);
  // Only a redirect has something to wait for.
  const settled = isPromise(settling) ? await settling : settling;
  if (settled.type === 'redirect') {
    sendTo(settled.visit.res, settled.location, settled.visit.jar);
    return;
  }
  // Another flow that began in this request has no form yet.
  const keep = settled.visit.flow === visit.flow ? keepForm : undefined;
  if (settled.reply.type === 'refusal') return sendRefusalOf(settled.visit, settled.reply, keep);
  return sendDrawn(settled.visit, settled.reply);
}

async function sendDrawn(visit: Visit, reply: StageReply | EnrolledReply): Promise<void> {
  const { web, req, res, jar } = visit;
  const { status, model } = reply.type === 'stage' ? await stageModel(visit, reply) : await enrolledModel(visit, reply);
  const { retryAfterSeconds, contentSecurityPolicy: more } =
    reply.type === 'stage' ? reply : { retryAfterSeconds: null, contentSecurityPolicy: null };
  return sendModel(web, req, res, status, model, jar, retryAfterSeconds, more);
}

async function sendRefusalOf(visit: Visit, reply: RefusalReply, keepForm: KeepForm | undefined): Promise<void> {
  const { web, req, res, jar } = visit;
  const kept = reply.status === 503 ? await keepForm?.(reply) : null;
  if (kept !== null && kept !== undefined) return sendDrawn(visit, kept);
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

/** Sends a page whose button is signed for the visitor's plan token. */
function sendButton(visit: Visit, status: number, model: PageModel): Promise<void> {
  const { web, req, res, jar, planToken } = visit;
  if (planToken.fresh) givePlanToken(visit, planToken);
  return sendModel(web, req, res, status, model, jar);
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
  const opening = status === 503 ? given : withOpenWays({ web, req, res }, given, begun);
  const model = isPromise(opening) ? await opening : opening;
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
