import type { Request, Response } from 'express';
import type { Json, JsonObject } from '../../base/json.js';
import { loadActivePlan } from '../../executor/active-plan.js';
import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import { bindingOf } from '../../flow/machine/advance.js';
import type { Plan } from '../../flow/plan.js';
import { checkLogin } from '../login/auth-session.js';
import type { Web } from '../web.js';
import { sendError, sendJson } from './api-error.js';
import { openCall } from './call.js';

const nothing = { status: 404, detail: 'Not found.', code: 'not_found' } as const;

/**
 * GET: where the visitor's own plan is, for development. Values are shown of the keys that hold no secret, and nothing
 * about other accounts; of all others only that they are there.
 */
export async function inspectPlan(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  if (web.executorApi?.inspector !== true) return sendError(res, nothing);
  checkLogin(web, req);
  const call = await openCall(web, flow, req, res);
  if ('detail' in call) return sendError(res, call);
  const { planToken, user } = call.visit;
  const found = planToken.fresh ? null : await loadActivePlan(web.context, flow, planToken.planId);
  if (found === null) return sendError(res, nothing);
  if (found === 'over') return sendJson(res, 200, { plans: [], is_completed: true });
  // Of a plan for signed-in users, another user at the same browser sees nothing.
  if (found.owner !== undefined && found.owner !== user) return sendError(res, nothing);
  sendJson(res, 200, { plans: [], current_plan: shownPlan(flow, found), is_completed: false });
}

function shownPlan(flow: Flow, plan: Plan): JsonObject {
  const [current, next] = plan.steps.filter(({ state }, index) => index >= plan.at && state === 'ahead');
  return {
    current_stage: current === undefined ? null : shownStage(flow, current.key),
    next_planned_stage: next === undefined ? null : shownStage(flow, next.key),
    plan_context: shownContext(plan.context),
    session_id: plan.enrollmentId,
  };
}

function shownStage(flow: Flow, key: string): JsonObject {
  const stage = bindingOf(flow, key)?.stage;
  return {
    pk: key,
    name: stage?.name ?? key,
    kind: stage?.kind ?? '',
    component: stage?.asking === true ? stage.component : null,
  };
}

/** Answers of visitors, and facts about the way; never digests, hashes, identities or ids of accounts. */
const shownKeys = [
  'prompt_data',
  'pending_user_identifier',
  'selected_challenge',
  'auth_method',
  'remember_me',
  'is_sso',
  'source',
  'is_redirected',
  'is_restored',
  'captcha',
] as const satisfies readonly (keyof Context)[];

const hidden = '**********';

function shownContext(context: Context): JsonObject {
  return Object.fromEntries(
    Object.keys(context).map((key): [string, Json] => {
      const shown = shownKeys.find((one) => one === key);
      return [key, (shown === undefined ? undefined : context[shown]) ?? hidden];
    }),
  );
}
