import type { Request, Response } from 'express';
import { message, type FieldErrors } from '../../base/message.js';
import type { Flow } from '../../flow/flow.js';
import { checkLogin } from '../login/auth-session.js';
import { isOthersForm, othersFormReply } from '../others-form.js';
import { readSignature, type ReadSignature } from '../posted-form.js';
import type { Visit } from '../visit.js';
import type { Web } from '../web.js';
import { sendError, type ApiError } from './api-error.js';
import { openCall, type Call } from './call.js';
import { hasCsrfToken } from './csrf.js';
import { stepHeader } from './names.js';
import { sendChallenge } from './send-challenge.js';

const withoutCsrf: ApiError = {
  status: 403,
  detail: 'The header X-authentik-CSRF must repeat the cookie authentik_csrf of this plan.',
  code: 'csrf_failed',
};

const forgedStep: ApiError = {
  status: 403,
  detail: 'The header X-Enrollment-Step was not made for this plan.',
  code: 'invalid_step',
};

/** Only its step says which visitor a challenge was drawn for. */
export const unnamedStep: ApiError = {
  status: 403,
  detail: 'While a user is signed in, the header X-Enrollment-Step must repeat that of the challenge.',
  code: 'step_required',
};

/** The challenge was drawn for another user: nothing is done, and another plan begins. */
export const others: FieldErrors = { component: [message('notice.other_account')] };

/** The call of a request that acts: by the plan's token, or from a browser whose script has read its CSRF cookie. */
export async function openOwnCall(web: Web, flow: Flow, req: Request, res: Response): Promise<Call | null> {
  checkLogin(web, req);
  const call = await openCall(web, flow, req, res);
  if ('detail' in call) sendError(res, call);
  else if (!call.byBearer && !hasCsrfToken(web, req)) sendError(res, withoutCsrf);
  else return call;
  return null;
}

/** The step that the client repeats; `null`: it repeats none. */
export function signedStepOf({ web, flow, planToken }: Visit, req: Request): ReadSignature | ApiError | null {
  const sent = req.headers[stepHeader.toLowerCase()];
  if (sent === undefined) return null;
  return readSignature(web.keyring, planToken.enrollmentId, flow.slug, String(sent)) ?? forgedStep;
}

/** True where a request that answers no field is of the visitor that its challenge was drawn for; otherwise it is answered. */
export async function isOfVisitor(call: Call, req: Request): Promise<boolean> {
  const { visit } = call;
  const signed = signedStepOf(visit, req);
  if (signed === null) {
    if (visit.user === null) return true;
    sendError(visit.res, unnamedStep);
    return false;
  }
  if ('detail' in signed) {
    sendError(visit.res, signed);
    return false;
  }
  if (!(await isOthersForm(visit, signed, null))) return true;
  await sendChallenge(call, othersFormReply(visit), others);
  return false;
}
