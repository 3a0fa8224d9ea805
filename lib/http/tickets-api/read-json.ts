import express, { type Request, type Response } from 'express';
import { invalidBody, type ApiProblem } from './problem.js';

const parse = express.json({ limit: 32 * 1024, strict: false });

/**
 * Reads a JSON body, or takes what a parser of the app has read. Only `application/json` is taken: a form of another
 * site cannot send it (Fetch standard, CORS-safelisted request header).
 */
export async function readJson(
  req: Request,
  res: Response,
): Promise<{ readonly body: unknown } | { readonly problem: ApiProblem }> {
  // `null`: the request has no body.
  if (req.is('application/json') !== 'application/json') {
    const problem = { statusCode: 415, message: 'Unsupported Media Type', errorCode: 'unsupported_media_type' };
    return { problem: req.is('*/*') === null ? invalidBody('Missing required property: user_id') : problem };
  }
  try {
    await new Promise<void>((resolve, reject) => {
      parse(req, res, (error?: Error | 'router') => {
        if (error instanceof Error) reject(error);
        else resolve();
      });
    });
  } catch (error) {
    const isTooLarge = (error as { readonly status?: unknown }).status === 413;
    return {
      problem: isTooLarge
        ? { statusCode: 413, message: 'The request body is too large', errorCode: 'invalid_body' }
        : { statusCode: 400, message: 'Invalid request payload JSON format', errorCode: 'invalid_body' },
    };
  }
  return { body: req.body as unknown };
}
