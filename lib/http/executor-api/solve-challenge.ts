import type { Request, Response } from 'express';
import { isJsonObject, type JsonObject } from '../../base/json.js';
import { message, type FieldErrors } from '../../base/message.js';
import { execute } from '../../executor/execute.js';
import type { Flow } from '../../flow/flow.js';
import { bindingOf } from '../../flow/machine/advance.js';
import { endedPlan } from '../end-plan.js';
import { readJsonBody } from '../json-body.js';
import { checkLogin } from '../login/auth-session.js';
import { isOfAnotherUser, readSignature } from '../posted-form.js';
import { afterBody, askOf } from '../visit.js';
import type { Web } from '../web.js';
import { sendError, type ApiError } from './api-error.js';
import { openCall, type Call } from './call.js';
import { componentAt } from './challenge.js';
import { recordsIn, textIn, type Component } from './components/component.js';
import { hasCsrfToken } from './csrf.js';
import { readerOfJson } from './json-fields.js';
import { stepHeader } from './names.js';
import { sendChallenge } from './send-challenge.js';
import { sendCurrent } from './show-challenge.js';

const withoutCsrf: ApiError = {
  status: 403,
  detail: 'The header X-authentik-CSRF must repeat the cookie authentik_csrf of this plan.',
  code: 'csrf_failed',
};

const bodyErrors: Readonly<Record<'absent' | 'type' | 'size' | 'syntax' | 'record' | 'component', ApiError>> = {
  absent: { status: 400, detail: 'The body is missing.', code: 'parse_error' },
  type: { status: 415, detail: 'The body must be application/json.', code: 'unsupported_media_type' },
  size: { status: 413, detail: 'The body is too large.', code: 'too_large' },
  syntax: { status: 400, detail: 'The body is no valid JSON.', code: 'parse_error' },
  record: { status: 400, detail: 'The body must be a JSON object.', code: 'invalid' },
  component: { status: 400, detail: 'The property component is missing.', code: 'required' },
};

const forgedStep: ApiError = {
  status: 403,
  detail: 'The header X-Enrollment-Step was not made for this plan.',
  code: 'invalid_step',
};

/** The answer is for another step than the plan's: nothing is done, and the present challenge follows. */
const movedOn: FieldErrors = { component: [message('notice.moved_on')] };

/** POST: answers the current challenge, if the request is the client's own. */
export async function solveChallenge(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const opened = await openOwnCall(web, flow, req, res);
  if (opened === null) return;
  const body = await bodyOf(req, res);
  if ('detail' in body) return sendError(res, body.detail);
  const call = { ...opened, visit: await afterBody(opened.visit) };
  const { component: named } = body.posted;
  if (typeof named !== 'string') return sendError(res, bodyErrors.component);
  // Nothing can be answered in a plan that this very request begins.
  if (call.visit.planToken.fresh) return sendCurrent(call, movedOn);
  const step = await stepOf(call, req);
  if (step === 'forged') return sendError(res, forgedStep);
  if (step === null) return sendCurrent(call, movedOn);
  const component = componentAt(web, flow, step.step);
  if (component.component !== named || component.answer === null) return sendCurrent(call, movedOn);
  if (!step.named && !isMeantFor(call, component, step, body.posted)) return sendCurrent(call, movedOn);
  const field = readerOfJson(fieldsOf(call, component, body.posted));
  const submission = { step: step.step, revision: step.revision, field, list: field.list };
  const ask = askOf(call.visit, { act: true, fresh: false, submission, injectedContext: null });
  await sendChallenge(call, await execute(call.visit.web.context, ask));
}

/** POST: ends the plan and releases its reservation. */
export async function cancelChallenge(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const call = await openOwnCall(web, flow, req, res);
  if (call === null) return;
  // A form of another site can send no JSON, and neither can this be one.
  const body = await bodyOf(req, res);
  if ('detail' in body) return sendError(res, body.detail);
  await sendChallenge(call, await endedPlan(call.visit));
}

/** The call of a request that acts: by the plan's token, or from a browser whose script has read its CSRF cookie. */
async function openOwnCall(web: Web, flow: Flow, req: Request, res: Response): Promise<Call | null> {
  checkLogin(web, req);
  const call = await openCall(web, flow, req, res);
  if ('detail' in call) sendError(res, call);
  else if (!call.byBearer && !hasCsrfToken(web, req)) sendError(res, withoutCsrf);
  else return call;
  return null;
}

async function bodyOf(
  req: Request,
  res: Response,
): Promise<{ readonly posted: JsonObject } | { readonly detail: ApiError }> {
  const read = await readJsonBody(req, res);
  if ('refused' in read) return { detail: bodyErrors[read.refused] };
  return isJsonObject(read.body) ? { posted: read.body } : { detail: bodyErrors.record };
}

interface Step {
  readonly step: string;
  readonly revision: number;
  /** True where the client said which step it saw. */
  readonly named: boolean;
  /** The keys of the fields that the challenge shows; none where the client named its step. */
  readonly shown: readonly string[];
}

/** The step that the client saw, where it says which; otherwise the one that the plan is at. */
async function stepOf({ visit }: Call, req: Request): Promise<Step | 'forged' | null> {
  const { web, flow, planToken } = visit;
  const sent = req.headers[stepHeader.toLowerCase()];
  if (sent !== undefined) {
    const { enrollmentId } = planToken;
    const signed = readSignature(web.keyring, enrollmentId, flow.slug, String(sent));
    if (signed === null) return 'forged';
    // A challenge that another user was shown is not this one's to answer.
    const isOthers = isOfAnotherUser(web.keyring, { enrollmentId, user: visit.user }, signed);
    return isOthers ? null : { ...signed, named: true, shown: [] };
  }
  const ask = askOf(visit, { act: false, fresh: false, submission: null, injectedContext: null });
  const current = await execute(web.context, ask);
  if (current.type !== 'stage') return null;
  const { step, revision, challenge } = current;
  return { step, revision, named: false, shown: recordsIn(challenge['fields']).map((one) => textIn(one['field_key'])) };
}

/**
 * An answer without a step may be for another one with the same component, of a person who was at this browser before:
 * it is taken only if each of its fields is one of the present step.
 */
function isMeantFor({ visit }: Call, { answer }: Component, { step, shown }: Step, posted: JsonObject): boolean {
  const stage = bindingOf(visit.flow, step)?.stage;
  const known = new Set([
    'component',
    ...shown,
    ...(stage?.asking === true ? stage.fields : []),
    ...Object.keys(answer?.properties ?? {}),
  ]);
  return Object.keys(posted).every((key) => known.has(key));
}

function fieldsOf({ visit }: Call, { read }: Component, posted: JsonObject): JsonObject {
  const { component: _, ...fields } = posted;
  if (read === undefined) return fields;
  return read(fields, {
    openedMailLink: visit.entryLink.mail !== undefined,
    newestSet: visit.web.keyring.ids[0] ?? '',
  });
}
