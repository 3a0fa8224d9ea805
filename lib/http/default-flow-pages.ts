import type { Request, Response } from 'express';
import { message } from '../base/message.js';
import { applies } from '../executor/applies.js';
import { refusal } from '../executor/reply.js';
import { flowConfiguring } from '../flow/default-flows.js';
import { designations, type Designation, type Flow } from '../flow/flow.js';
import { sendTo } from './headers.js';
import { flowPath } from './links.js';
import { checkLogin } from './login/auth-session.js';
import { queryOf, splitQuery } from './query.js';
import { sendRefusal } from './send-reply.js';
import { askOf, openVisit } from './visit.js';
import type { Web } from './web.js';

/** The handler of the addresses below `/flows/-/` that lead to a flow; `null` for other addresses. */
export function defaultFlowAnswer(web: Web, path: string): ((req: Request, res: Response) => Promise<void>) | null {
  const [, kind, name = ''] = /^\/flows\/-\/(default|configure)\/([^/]+)\/?$/.exec(path) ?? [];
  if (kind === 'configure') return (req, res) => showConfigure(web, name, req, res);
  const designation = designations.find((one) => one === name);
  return kind === 'default' && designation !== undefined ? (req, res) => showDefault(web, designation, req, res) : null;
}

/** GET `/flows/-/default/<designation>/`: redirects to the flow; `next`, `invite` and `login_hint` are kept. */
async function showDefault(web: Web, designation: Designation, req: Request, res: Response): Promise<void> {
  const flow = web.defaultFlows.chosen(designation, req) ?? (await firstApplicable(web, designation, req, res));
  if (flow === null) await sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
  else sendTo(res, flowPath(web, flow.slug) + queryWithMark(req), null);
}

/**
 * The first flow of a designation, by slug, whose requirement and policies the visitor meets. Where there is none, the
 * first one: its own page says why.
 */
async function firstApplicable(web: Web, designation: Designation, req: Request, res: Response): Promise<Flow | null> {
  const flows = web.defaultFlows.all(designation);
  const [first = null, second] = flows;
  if (second === undefined) return first;
  checkLogin(web, req);
  for (const flow of flows) {
    const visit = await openVisit(web, flow, req, res);
    const ask = askOf(visit, { act: false, fresh: true, submission: null, injectedContext: null });
    if (await applies(web.context, ask)) return flow;
  }
  return first;
}

/** GET `/flows/-/configure/<stage>/`: redirects signed-in users to the flow in which they set up what the stage asks for. */
async function showConfigure(web: Web, stageName: string, req: Request, res: Response): Promise<void> {
  const flow = flowConfiguring([...web.flows.values()], stageName);
  if (flow === null) {
    return sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
  }
  checkLogin(web, req);
  if ((await web.authSession.current(req)) === null) {
    const { next = null } = splitQuery(web.site, queryOf(req), ['next'])?.link ?? {};
    await sendRefusal(web, req, res, refusal(403, [message('flow.signed_out')], { flow, reason: 'signed_out', next }));
  } else sendTo(res, flowPath(web, flow.slug) + queryWithMark(req), null);
}

function queryWithMark(req: Request): string {
  const query = queryOf(req);
  return query === '' ? '' : `?${query}`;
}
