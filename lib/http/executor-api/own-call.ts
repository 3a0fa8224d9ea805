import type { Request, Response } from 'express';
import { message, type FieldErrors } from '../../base/message.js';
import type { Flow } from '../../flow/flow.js';
import { checkLogin } from '../login/auth-session.js';
import { isOthersForm, othersFormReply } from '../others-form.js';
import { isStepSignature, readSignature, type ReadSignature } from '../posted-form.js';
import type { Visit } from '../visit.js';
import type { Web } from '../web.js';
import { sendError, type ApiError } from './api-error.js';
import { openCall, type Call } from './call.js';
import { hasCsrfToken, repeatsCsrfCookie } from './csrf.js';
import { stepHeader } from './names.js';
import { sendChallenge } from './send-challenge.js';
import { sendCurrent } from './show-challenge.js';

const withoutCsrf: ApiError = {
  status: 403,
  detail: 'The header X-authentik-CSRF must repeat the cookie authentik_csrf of this plan.',
  code: 'csrf_failed',
};

const malformedStep: ApiError = {
  status: 403,
  detail: 'The header X-Enrollment-Step is none that came with a challenge.',
  code: 'invalid_step',
};

/** The plan of the challenge is over: nothing is done, and the present challenge follows. */
const expired: FieldErrors = { component: [message('notice.expired')] };

/** Only its step says which visitor a challenge was drawn for. */
export const unnamedStep: ApiError = {
  status: 403,
  detail: 'While a user is signed in, the header X-Enrollment-Step must repeat that of the challenge.',
  code: 'step_required',
};

/** The challenge was drawn for another user: nothing is done, and another plan begins. */
export const others: FieldErrors = { component: [message('notice.other_account')] };

/**
 * The call of a request that acts: by the plan's token, or from a browser whose script has read its CSRF cookie. Where
 * the browser has no plan of the flow, as after a sign-out, nothing can be done, and the cookie alone is compared: see
 * `isOfPresentPlan`.
 */
export async function openOwnCall(web: Web, flow: Flow, req: Request, res: Response): Promise<Call | null> {
  checkLogin(web, req);
  const call = await openCall(web, flow, req, res);
  if ('detail' in call) {
    sendError(res, call);
    return null;
  }
  const isOwn = call.byBearer || hasCsrfToken(web, req) || (call.visit.planToken.fresh && repeatsCsrfCookie(req));
  if (isOwn) return call;
  sendError(res, withoutCsrf);
  return null;
}

/**
 * True where the request may be for the plan that its client has. Otherwise it is answered: a challenge of a plan that is
 * over, or was another visitor's, does nothing, and the present one follows, with `errors`.
 */
export async function isOfPresentPlan(call: Call, errors: FieldErrors = expired): Promise<boolean> {
  const { visit } = call;
  const sent = sentStep(visit.req);
  if (sent !== undefined && !isStepSignature(sent)) sendError(visit.res, malformedStep);
  else if (visit.planToken.fresh || (sent !== undefined && signedStepOf(visit) === null))
    await sendCurrent(call, errors);
  else return true;
  return false;
}

/** The step that the client repeats; `null`: it repeats none of its plan. */
export function signedStepOf({ web, req, flow, planToken }: Visit): ReadSignature | null {
  return readSignature(web.keyring, planToken.enrollmentId, flow.slug, sentStep(req));
}

function sentStep({ headers }: Request): string | undefined {
  const sent = headers[stepHeader.toLowerCase()];
  return sent === undefined ? undefined : String(sent);
}

/** True where a request that answers no field is of the visitor that its challenge was drawn for; otherwise it is answered. */
export async function isOfVisitor(call: Call): Promise<boolean> {
  const { visit } = call;
  const signed = signedStepOf(visit);
  if (signed === null) {
    if (visit.user === null) return true;
    sendError(visit.res, unnamedStep);
    return false;
  }
  if (!(await isOthersForm(visit, signed, null))) return true;
  await sendChallenge(call, othersFormReply(visit), others);
  return false;
}
