import type { Request, Response } from 'express';
import { isJsonObject, type JsonObject } from '../../base/json.js';
import { message, type FieldErrors } from '../../base/message.js';
import { execute } from '../../executor/execute.js';
import type { Submission } from '../../executor/run.js';
import type { Flow } from '../../flow/flow.js';
import { bindingOf } from '../../flow/machine/advance.js';
import { endedPlan } from '../end-plan.js';
import { readJsonBody } from '../json-body.js';
import { afterBody } from '../after-body.js';
import { checkLogin } from '../login/auth-session.js';
import { isOthersForm, othersFormReply, signedInOrOutSince } from '../others-form.js';
import { readSignature, type ReadSignature } from '../posted-form.js';
import { askOf, type Visit } from '../visit.js';
import type { Web } from '../web.js';
import { notFound, sendError, type ApiError } from './api-error.js';
import { openCall, type Call } from './call.js';
import { componentAt } from './challenge.js';
import { recordsIn, textIn, type Component } from './components/component.js';
import { hasCsrfToken } from './csrf.js';
import { readerOfJson } from './json-fields.js';
import { checkAnswer, jsonKinds } from './json-kinds.js';
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

/** Only its step says which visitor a challenge was drawn for. */
const unnamedStep: ApiError = {
  status: 403,
  detail: 'While a user is signed in, the header X-Enrollment-Step must repeat that of the challenge.',
  code: 'step_required',
};

/** The answer is for another step than the plan's: nothing is done, and the present challenge follows. */
const movedOn: FieldErrors = { component: [message('notice.moved_on')] };

/** The challenge was drawn for another user: nothing is done, and another plan begins. */
const others: FieldErrors = { component: [message('notice.other_account')] };

/** POST: answers the current challenge, if the request is the client's own. */
export async function solveChallenge(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const opened = await openOwnCall(web, flow, req, res);
  if (opened === null) return;
  const body = await bodyOf(req, res);
  if ('detail' in body) return sendError(res, body.detail);
  const visit = await afterBody(opened.visit);
  if (visit === null) return sendError(res, notFound);
  const call = { ...opened, visit };
  const { component: named } = body.posted;
  if (typeof named !== 'string') return sendError(res, bodyErrors.component);
  // Nothing can be answered in a plan that this very request begins.
  if (call.visit.planToken.fresh) return sendCurrent(call, movedOn);
  const step = await stepOf(call, req);
  if (step === null) return sendCurrent(call, movedOn);
  if ('detail' in step) return sendError(res, step);
  const component = componentAt(visit.web, visit.flow, step.step);
  const isMeant =
    component.component === named &&
    component.answer !== null &&
    (step.signed !== null || isMeantFor(call, component, step, body.posted));
  const submission = isMeant ? submissionOf(call, component, step, body.posted) : null;
  if (step.signed !== null && (await isOthersForm(call.visit, step.signed, submission)))
    return sendChallenge(call, othersFormReply(call.visit), others);
  if (submission === null) return sendCurrent(call, movedOn);
  const since = step.signed === null ? null : await signedInOrOutSince(call.visit, step.signed, submission);
  if (since !== null) return sendCurrent(call, { component: [since] });
  const ask = askOf(call.visit, { act: true, fresh: false, submission, injectedContext: null });
  await sendChallenge(call, await execute(call.visit.web.context, ask));
}

/** POST: ends the plan and releases its reservation. */
export async function cancelChallenge(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const opened = await openOwnCall(web, flow, req, res);
  if (opened === null) return;
  // A form of another site can send no JSON, and neither can this be one.
  const body = await bodyOf(req, res);
  if ('detail' in body) return sendError(res, body.detail);
  const visit = await afterBody(opened.visit);
  if (visit === null) return sendError(res, notFound);
  const call = { ...opened, visit };
  const signed = signedStepOf(call.visit, req);
  if (signed === null) {
    if (call.visit.user !== null) return sendError(res, unnamedStep);
  } else if ('detail' in signed) return sendError(res, signed);
  else if (await isOthersForm(call.visit, signed, null))
    return sendChallenge(call, othersFormReply(call.visit), others);
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
  /** What the client repeats of its challenge; `null`: nothing. */
  readonly signed: ReadSignature | null;
  /** The keys of the fields that the challenge shows; none where the client named its step. */
  readonly shown: readonly string[];
}

/** The step that the client saw, where it says which; otherwise the one that the plan is at; `null`: it is at none. */
async function stepOf({ visit }: Call, req: Request): Promise<Step | ApiError | null> {
  const signed = signedStepOf(visit, req);
  if (signed !== null) return 'detail' in signed ? signed : { ...signed, signed, shown: [] };
  const ask = askOf(visit, { act: false, fresh: false, submission: null, injectedContext: null });
  const current = await execute(visit.web.context, ask);
  if (current.type !== 'stage') return null;
  if (visit.user !== null) return unnamedStep;
  const { step, revision, challenge } = current;
  const shown = recordsIn(challenge['fields']).map((one) => textIn(one['field_key']));
  return { step, revision, signed: null, shown };
}

/** The step that the client repeats; `null`: it repeats none. */
function signedStepOf({ web, flow, planToken }: Visit, req: Request): ReadSignature | ApiError | null {
  const sent = req.headers[stepHeader.toLowerCase()];
  if (sent === undefined) return null;
  return readSignature(web.keyring, planToken.enrollmentId, flow.slug, String(sent)) ?? forgedStep;
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

function submissionOf(call: Call, component: Component, { step, revision }: Step, posted: JsonObject): Submission {
  checkAnswer(component, posted);
  const stage = bindingOf(call.visit.flow, step)?.stage;
  const field = readerOfJson(fieldsOf(call, component, posted), jsonKinds(stage, component));
  return { step, revision, field, list: field.list };
}

function fieldsOf({ visit }: Call, { read }: Component, posted: JsonObject): JsonObject {
  const { component: _, ...fields } = posted;
  if (read === undefined) return fields;
  return read(fields, {
    openedMailLink: visit.entryLink.mail !== undefined,
    newestSet: visit.web.keyring.ids[0] ?? '',
  });
}
