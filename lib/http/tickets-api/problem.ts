import { STATUS_CODES } from 'node:http';
import type { Response } from 'express';

/** Why a request is refused, in the form of Auth0's Management API. */
export interface ApiProblem {
  readonly statusCode: number;
  readonly message: string;
  readonly errorCode: string;
  /** Seconds, for the header `Retry-After`. */
  readonly retryAfter?: number;
}

/** A body that breaks a rule. */
export function invalidBody(rule: string, property?: string): ApiProblem {
  const where = property === undefined ? '' : ` on property ${property}`;
  return { statusCode: 400, message: `Payload validation error: '${rule}'${where}.`, errorCode: 'invalid_body' };
}

export function sendProblem(res: Response, { statusCode, message, errorCode, retryAfter }: ApiProblem): void {
  if (retryAfter !== undefined) res.set('Retry-After', String(retryAfter));
  if (statusCode === 401) res.set('WWW-Authenticate', 'Bearer');
  const error = STATUS_CODES[statusCode] ?? 'Error';
  sendJson(res, statusCode, { statusCode, error, message, errorCode });
}

/** Nothing of this API may be kept by a cache. */
export function sendJson(res: Response, status: number, body: Readonly<Record<string, string | number>>): void {
  res.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }).status(status).json(body);
}
