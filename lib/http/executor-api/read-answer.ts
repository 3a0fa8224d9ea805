import type { Request, Response } from 'express';
import { isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import { bindingOf } from '../../flow/machine/advance.js';
import { readJsonBody } from '../json-body.js';
import { readFiles, sendsFiles } from '../uploads/form-files.js';
import type { FilesOfForm } from '../uploads/sent-files.js';
import type { ApiError } from './api-error.js';
import type { Call } from './call.js';
import { componentAt } from './challenge.js';
import { jsonKinds } from './json-kinds.js';
import { actionField, stepHeader } from './names.js';
import { isOfPresentPlan, signedStepOf } from './own-call.js';

/** The body of an answer. */
export interface PostedAnswer {
  readonly posted: JsonObject;
  /** `null`: it can have none. */
  readonly files: FilesOfForm | null;
}

const bodyErrors: Readonly<Record<'absent' | 'type' | 'size' | 'syntax' | 'record', ApiError>> = {
  absent: { status: 400, detail: 'The body is missing.', code: 'parse_error' },
  type: { status: 415, detail: 'The body must be application/json.', code: 'unsupported_media_type' },
  size: { status: 413, detail: 'The body is too large.', code: 'too_large' },
  syntax: { status: 400, detail: 'The body is no valid JSON.', code: 'parse_error' },
  record: { status: 400, detail: 'The body must be a JSON object.', code: 'invalid' },
};

/** Before a byte of a file is stored, its step says what may be sent. */
const filesWithoutStep: ApiError = {
  status: 403,
  detail: 'An answer with files must repeat the header X-Enrollment-Step of its challenge.',
  code: 'step_required',
};

/** Reads a JSON body. */
export async function readJson(req: Request, res: Response): Promise<PostedAnswer | ApiError> {
  const read = await readJsonBody(req, res);
  if ('refused' in read) return bodyErrors[read.refused];
  return isJsonObject(read.body) ? { posted: read.body, files: null } : bodyErrors.record;
}

/**
 * Reads an answer: JSON, or for steps that ask for files `multipart/form-data`, whose files stream to the app's own
 * functions as those of a page do. `null`: it is of another plan, and is answered.
 * @throws ERR_ENROLLMENT_BODY (400, 413) for a form that is damaged or too large
 */
export async function readAnswer(call: Call): Promise<PostedAnswer | ApiError | null> {
  const { visit } = call;
  const { req, res, flow } = visit;
  if (!sendsFiles(flow, req)) return readJson(req, res);
  if (!(await isOfPresentPlan(call))) return null;
  const signed = signedStepOf(visit);
  if (signed === null) return filesWithoutStep;
  const signature = String(req.headers[stepHeader.toLowerCase()]);
  const { field, files } = await readFiles(visit, flow, () => signature);
  const component = componentAt(visit.web, flow, signed.step);
  const stage = bindingOf(flow, signed.step)?.stage;
  const kindOf = jsonKinds(stage, component);
  const keys = new Set([
    'component',
    actionField,
    ...(stage?.asking === true ? stage.fields : []),
    ...Object.keys(component.answer?.properties ?? {}),
  ]);
  const posted = [...keys].flatMap((key): readonly (readonly [string, Json])[] => {
    const [first, ...more] = field.list(key);
    if (first === undefined) return [];
    if (kindOf(key) === 'flag') return [[key, first !== 'false' && first !== '']];
    return [[key, more.length === 0 ? first : [first, ...more]]];
  });
  return { posted: Object.fromEntries(posted), files };
}
