import type { Request, Response } from 'express';
import { readJsonBody } from '../json-body.js';
import { invalidBody, type ApiProblem } from './problem.js';

const problems: Readonly<Record<'absent' | 'type' | 'size' | 'syntax', ApiProblem>> = {
  absent: invalidBody('Missing required property: user_id'),
  type: { statusCode: 415, message: 'Unsupported Media Type', errorCode: 'unsupported_media_type' },
  size: { statusCode: 413, message: 'The request body is too large', errorCode: 'invalid_body' },
  syntax: { statusCode: 400, message: 'Invalid request payload JSON format', errorCode: 'invalid_body' },
};

/** Reads the JSON body of a request, in the words of Auth0's Management API. */
export async function readJson(
  req: Request,
  res: Response,
): Promise<{ readonly body: unknown } | { readonly problem: ApiProblem }> {
  const read = await readJsonBody(req, res);
  return 'refused' in read ? { problem: problems[read.refused] } : read;
}
