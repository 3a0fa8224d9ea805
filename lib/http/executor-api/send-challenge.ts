import { message, type FieldErrors } from '../../base/message.js';
import type { JsonObject } from '../../base/json.js';
import { execute } from '../../executor/execute.js';
import type { RefusalReply, RedirectReply, Reply } from '../../executor/reply.js';
import { cancelStep } from '../cancel-page.js';
import { bearerTokenOf, readPlanToken } from '../cookies/plan-token.js';
import { sendTo } from '../headers.js';
import { flowPath } from '../links.js';
import { withOpenWays } from '../open-links.js';
import { signStep } from '../posted-form.js';
import { queryOf } from '../query.js';
import { refusalPage } from '../refusal-page.js';
import { enrolledModel, stageModel, type ReplyModel } from '../reply-model.js';
import { settleReply, type SettledReply } from '../settle-reply.js';
import { ticketPage } from '../ticket-page.js';
import { inVersionOfPlan } from '../version-of-plan.js';
import { markOf, askOf, type Visit } from '../visit.js';
import { notFound, sendError, sendJson } from './api-error.js';
import type { Call } from './call.js';
import { enrolledChallenge, redirectChallenge, refusalChallenge, stageChallenge } from './challenge.js';
import { csrfCookieLine, csrfCookieOf, csrfToken } from './csrf.js';
import { withoutButtons } from './page-actions.js';
import { executorPath } from './paths.js';
import { planJarIn } from './plan-jar.js';
import { csrfHeader, flowHeader, stepHeader, tokenHeader } from './names.js';

/**
 * Sends a flow's reply as JSON. Every answer of a flow's JSON is sent here. `extra`: what is wrong with the request
 * itself.
 */
export async function sendChallenge(call: Call, reply: Reply, extra: FieldErrors = {}): Promise<void> {
  const settled = await settleReply(call.visit, reply);
  if (settled.type === 'redirect') return sendRedirect(call, settled, extra);
  const { visit } = settled;
  const drawing = { visit, byBearer: call.byBearer };
  if (settled.reply.type === 'refusal') return sendRefusal(call, visit, settled.reply);
  if (settled.reply.type === 'enrolled') {
    const { model } = await opened(visit, await enrolledModel(visit, settled.reply));
    return send(call, visit, 200, enrolledChallenge(drawing, model));
  }
  const { reply: stage } = settled;
  const { model: page } = await opened(visit, await stageModel(visit, stage));
  const { model, actions } = withoutButtons(page);
  const { enrollmentId } = stage.token ?? visit.planToken;
  const { step, revision } = stage;
  const signed = { enrollmentId, flow: visit.flow.slug, step, revision, mark: markOf(visit) };
  visit.res.setHeader(stepHeader, signStep(visit.web.keyring, signed));
  const status = stage.status === 422 ? 200 : stage.status;
  return send(call, visit, status, stageChallenge(drawing, stage, model, actions, extra), stage.retryAfterSeconds);
}

/**
 * The plan goes on: a browser follows the redirect as at authentik. A client by bearer gets the next challenge at once,
 * because `fetch` would follow the redirect with the token that has just been exchanged; and so does one whose mail was
 * sent again, as at authentik.
 */
async function sendRedirect(
  call: Call,
  { visit, reply, location }: Extract<SettledReply, { type: 'redirect' }>,
  extra: FieldErrors,
): Promise<void> {
  const { web, flow, req, res, jar } = visit;
  const isOwn = !reply.done && flow === call.visit.flow && location === flowPath(web, flow.slug);
  if (!isOwn)
    return send(call, visit, 200, redirectChallenge({ visit, byBearer: call.byBearer }, location, reply.done));
  const isMailed = reply.notice?.id === 'notice.email_sent';
  const isExplained = Object.keys(extra).length > 0;
  if (!call.byBearer && !isMailed && !isExplained) {
    setHeaders(call, visit);
    // To the flow's own address also from that of its end, which answers no GET.
    const query = queryOf(req);
    sendTo(res, `${executorPath(web, flow.slug)}${query === '' ? '' : `?${query}`}`, jar, 302);
    return;
  }
  const next = await followed(call);
  if (next === null) return sendError(res, notFound);
  const shown = await execute(
    web.context,
    askOf(next, { act: false, fresh: false, submission: null, injectedContext: null }),
  );
  // A GET that leads to itself again would go on for ever.
  const again = shown.type === 'redirect' && !shown.done;
  const said = isMailed ? { '': [message('notice.email_sent')] } : extra;
  if (again) return send(call, next, 200, redirectChallenge({ visit: next, byBearer: call.byBearer }, location, false));
  return sendChallenge({ ...call, visit: next }, withNotice(shown, reply), said);
}

/**
 * The same visit after its answer: with the plan's new token, or another plan, and who is signed in now. `null`: a plan
 * that ended was the last one of its flow.
 */
async function followed({ visit, jar }: Call): Promise<Visit | null> {
  const { web, flow, req } = visit;
  const given = jar.given();
  const token = given === undefined ? null : readPlanToken(web.keyring, flow.slug, web.clock.now(), given);
  const user = await web.authSession.current(req);
  return inVersionOfPlan({ ...visit, planToken: token ?? { ...visit.planToken, fresh: false }, user });
}

function withNotice(shown: Reply, { notice }: RedirectReply): Reply {
  return shown.type === 'stage' && shown.notice === null ? { ...shown, notice } : shown;
}

/** As on pages: without links to flows that would only refuse the visitor. */
async function opened(visit: Visit, shown: ReplyModel): Promise<ReplyModel> {
  return shown.status === 503 ? shown : { ...shown, model: await withOpenWays(visit, shown.model, null) };
}

async function sendRefusal(call: Call, visit: Visit, reply: RefusalReply): Promise<void> {
  const { web, req, locale, flow } = visit;
  const refused = { reply, pageFlow: flow };
  const page =
    ticketPage(visit, reply, web.locals(req)) ??
    refusalPage(web, refused, { app: web.locals(req), locale, languagePath: null });
  const shown = await opened(visit, { status: reply.status, model: page });
  const { model, actions, signature } = withoutButtons(shown.model);
  if (signature !== null) visit.res.setHeader(stepHeader, signature);
  // authentik's clients read a refusal, and take another status for a failure of the connection.
  const status = reply.status === 429 || reply.status === 503 ? reply.status : 200;
  const body = refusalChallenge({ visit, byBearer: call.byBearer }, reply, model, actions);
  send(call, visit, status, body, reply.retryAfterSeconds);
}

function send(
  call: Call,
  visit: Visit,
  status: number,
  body: JsonObject,
  retryAfterSeconds: number | null = null,
): void {
  setHeaders(call, visit);
  signEnd(call);
  const { res, jar } = visit;
  if (retryAfterSeconds !== null) res.setHeader('Retry-After', String(retryAfterSeconds));
  const lines = jar.lines();
  if (lines.length > 0) res.append('Set-Cookie', [...lines]);
  sendJson(res, status, body);
}

/** What is answered by nothing has a step, too: it says whose plan a request means that ends it. */
function signEnd({ visit, jar }: Call): void {
  const { web, flow, res } = visit;
  if (res.hasHeader(stepHeader)) return;
  const given = jar.given();
  const planToken =
    given === undefined ? visit.planToken : readPlanToken(web.keyring, flow.slug, web.clock.now(), given);
  if (planToken === null) return;
  const { enrollmentId } = planToken;
  const mark = markOf({ ...visit, planToken });
  const signed = { enrollmentId, flow: flow.slug, step: cancelStep, revision: 0, mark };
  res.setHeader(stepHeader, signStep(web.keyring, signed));
}

/** What the client needs for its next request: its plan's token, or the value that its answer repeats. */
function setHeaders({ byBearer, jar, mark, visit: asked }: Call, visit: Visit): void {
  const { res, req, web, flow } = visit;
  if (byBearer) {
    const begun = flow.slug === asked.flow.slug ? null : planJarIn(web.cookies(flow.slug, req));
    const text = begun === null ? jar.given() : begun.given();
    const now = web.clock.now();
    const held = text === undefined ? null : { text, mark: begun === null ? mark : null };
    const bearer = held === null ? null : bearerTokenOf(web.keyring, flow.slug, now, held);
    if (bearer === null) return;
    res.setHeader(tokenHeader, bearer);
    res.setHeader(flowHeader, flow.slug);
    return;
  }
  const { slug } = asked.flow;
  const given = jar.given();
  const held = given === undefined ? asked.planToken : readPlanToken(web.keyring, slug, web.clock.now(), given);
  if (held === null) return;
  const value = csrfToken(web, slug, held);
  res.setHeader(csrfHeader, value);
  if (csrfCookieOf(req) !== value) res.append('Set-Cookie', csrfCookieLine(web, value));
}
