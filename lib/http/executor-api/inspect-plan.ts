import type { Request, Response } from 'express';
import { loadPlanOrReceipt } from '../../executor/active-plan.js';
import type { Flow } from '../../flow/flow.js';
import { checkLogin } from '../login/auth-session.js';
import type { Web } from '../web.js';
import { sendError, sendJson } from './api-error.js';
import { openCall } from './call.js';
import { inspectedPlan, inspectedReceipt } from './inspected-plan.js';

const nothing = { status: 404, detail: 'Not found.', code: 'not_found' } as const;

/**
 * GET: where the visitor's own plan is and how it came there, for development. Values are shown of the keys that hold no
 * secret, and nothing about other accounts; of all others only that they are there.
 */
export async function inspectPlan(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  if (web.executorApi?.inspector !== true) return sendError(res, nothing);
  checkLogin(web, req);
  const call = await openCall(web, flow, req, res);
  if ('detail' in call) return sendError(res, call);
  const { planToken, user } = call.visit;
  const found = planToken.fresh ? null : await loadPlanOrReceipt(web.context, flow, planToken.planId);
  if (found === null) return sendError(res, nothing);
  if ('receipt' in found) {
    // The plan goes on under the token that replaced this one.
    if (found.receipt.continues === true) return sendError(res, nothing);
    return sendJson(res, 200, inspectedReceipt(flow, found.receipt, planToken));
  }
  // Of a plan for signed-in users, another user at the same browser sees nothing.
  if (found.plan.owner !== undefined && found.plan.owner !== user) return sendError(res, nothing);
  sendJson(res, 200, inspectedPlan(flow, found.plan));
}
