import type { Request, Response } from 'express';
import type { JsonObject } from '../../base/json.js';
import { message, type FieldErrors } from '../../base/message.js';
import { execute } from '../../executor/execute.js';
import { redirectTo, type Reply } from '../../executor/reply.js';
import type { Submission } from '../../executor/run.js';
import { replyIfLeftBehind } from '../../executor/stale-form.js';
import type { Flow } from '../../flow/flow.js';
import { bindingOf } from '../../flow/machine/advance.js';
import { endedPlan } from '../end-plan.js';
import { afterBody } from '../after-body.js';
import { cancelStep } from '../cancel-page.js';
import { isOthersForm, othersFormReply, signedInOrOutSince } from '../others-form.js';
import type { ReadSignature } from '../posted-form.js';
import { asksForFilesAgain } from '../uploads/form-files.js';
import { askOf } from '../visit.js';
import type { Web } from '../web.js';
import { notFound, sendError, type ApiError } from './api-error.js';
import type { Call } from './call.js';
import { componentAt } from './challenge.js';
import { recordsIn, textIn, type Component } from './components/component.js';
import { readerOfJson } from './json-fields.js';
import { checkAnswer, jsonKinds } from './json-kinds.js';
import { actionField } from './names.js';
import { isOfPresentPlan, isOfVisitor, openOwnCall, others, signedStepOf, unnamedStep } from './own-call.js';
import { readAnswer, readJson, type PostedAnswer } from './read-answer.js';
import { sendChallenge } from './send-challenge.js';
import { sendCurrent } from './show-challenge.js';
import { takeAction } from './take-action.js';

/** The answer is for another step than the plan's: nothing is done, and the present challenge follows. */
const movedOn: FieldErrors = { component: [message('notice.moved_on')] };

const withoutComponent: ApiError = { status: 400, detail: 'The property component is missing.', code: 'required' };

/** POST: answers the current challenge, if the request is the client's own. */
export async function solveChallenge(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const opened = await openOwnCall(web, flow, req, res);
  if (opened === null) return;
  const body = await readAnswer(opened);
  if (body === null) return;
  if ('detail' in body) return sendError(res, body);
  try {
    await solve(opened, body);
  } finally {
    await body.files?.discardOthers();
  }
}

async function solve(opened: Call, { posted, files }: PostedAnswer): Promise<void> {
  const { res } = opened.visit;
  const visit = await afterBody(opened.visit);
  if (visit === null) return sendError(res, notFound);
  const call = { ...opened, visit };
  // The files were received by the rules of a flow that has changed since.
  if (files !== null && visit.flow.build !== opened.visit.flow.build)
    return sendChallenge(call, redirectTo({ flow: visit.flow.slug }, { notice: message('notice.restarted') }));
  const { component: named, [actionField]: action = null } = posted;
  if (typeof named !== 'string') return sendError(res, withoutComponent);
  if (!(await isOfPresentPlan(call))) return;
  if (action !== null) return takeAction(call, { component: named, named: action });
  const step = await stepOf(call);
  if (step === null) return sendCurrent(call, movedOn);
  if ('detail' in step) return sendError(res, step);
  const component = componentAt(visit.web, visit.flow, step.step);
  const isMeant =
    component.component === named &&
    component.answer !== null &&
    (step.signed !== null || isMeantFor(call, component, step, posted));
  const submission = isMeant ? submissionOf(call, component, step, { posted, files }) : null;
  if (step.signed !== null && (await isOthersForm(visit, step.signed, submission)))
    return sendChallenge(call, othersFormReply(visit), others);
  if (submission === null) return sendCurrent(call, movedOn);
  const since = step.signed === null ? null : await signedInOrOutSince(visit, step.signed, submission);
  const extra: FieldErrors = since === null ? {} : { component: [since] };
  // As on the page: what was typed is shown again to the person who has just sent it, without secrets.
  const redraw = since === null ? null : { form: submission, extends: false };
  const ask = askOf(visit, {
    act: redraw === null,
    fresh: false,
    submission: redraw === null ? submission : null,
    redraw,
    injectedContext: null,
  });
  const { context } = visit.web;
  const done = await execute(context, ask);
  const reply = isFirstChallenge(done) ? ((await replyIfLeftBehind(context, ask)) ?? done) : done;
  await sendChallenge(call, files === null ? reply : asksForFilesAgain(reply, submission, files), extra);
}

/** Of a plan that nothing was accepted for, or of one that another answer has led further. */
function isFirstChallenge(reply: Reply): boolean {
  return reply.type === 'stage' && reply.revision === 0;
}

/** POST: ends the plan and releases its reservation. */
export async function cancelChallenge(web: Web, flow: Flow, req: Request, res: Response): Promise<void> {
  const opened = await openOwnCall(web, flow, req, res);
  if (opened === null) return;
  // A form of another site can send no JSON, and neither can this be one.
  const body = await readJson(req, res);
  if ('detail' in body) return sendError(res, body);
  const visit = await afterBody(opened.visit);
  if (visit === null) return sendError(res, notFound);
  const call = { ...opened, visit };
  // The plan that was meant is over already, which is no error.
  if ((await isOfPresentPlan(call, {})) && (await isOfVisitor(call)))
    await sendChallenge(call, await endedPlan(call.visit));
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
async function stepOf({ visit }: Call): Promise<Step | ApiError | null> {
  const signed = signedStepOf(visit);
  if (signed !== null) return signed.step === cancelStep ? null : { ...signed, signed, shown: [] };
  const ask = askOf(visit, { act: false, fresh: false, submission: null, injectedContext: null });
  const current = await execute(visit.web.context, ask);
  if (current.type !== 'stage') return null;
  if (visit.user !== null) return unnamedStep;
  const { step, revision, challenge } = current;
  const shown = recordsIn(challenge['fields']).map((one) => textIn(one['field_key']));
  return { step, revision, signed: null, shown };
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

function submissionOf(
  call: Call,
  component: Component,
  { step, revision }: Step,
  { posted, files }: PostedAnswer,
): Submission {
  checkAnswer(component, posted);
  const stage = bindingOf(call.visit.flow, step)?.stage;
  const field = readerOfJson(fieldsOf(call, component, posted), jsonKinds(stage, component));
  const submission: Submission = { step, revision, field, list: field.list };
  return files === null ? submission : { ...submission, files };
}

function fieldsOf({ visit }: Call, { read }: Component, posted: JsonObject): JsonObject {
  const { component: _, ...fields } = posted;
  if (read === undefined) return fields;
  return read(fields, { newestSet: visit.web.keyring.ids[0] ?? '' });
}
