import type { Request, Response } from 'express';
import type { FieldErrors } from '../../base/message.js';
import { execute } from '../../executor/execute.js';
import type { Flow } from '../../flow/flow.js';
import { checkLogin } from '../login/auth-session.js';
import { askOf } from '../visit.js';
import type { Web } from '../web.js';
import { sendError } from './api-error.js';
import { openCall, type Call } from './call.js';
import { sendChallenge } from './send-challenge.js';

/** GET: the current challenge. Changes and stores nothing. */
export async function showChallenge(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  checkLogin(web, req);
  const call = await openCall(web, flow, req, res);
  if ('detail' in call) sendError(res, call);
  else await sendCurrent(call);
}

/** The challenge of the step that the plan is at; nothing is done. `extra`: why. */
export async function sendCurrent(call: Call, extra: FieldErrors = {}): Promise<void> {
  const { web, planToken } = call.visit;
  const ask = askOf(call.visit, { act: false, fresh: planToken.fresh, submission: null, injectedContext: null });
  await sendChallenge(call, await execute(web.context, ask), extra);
}
