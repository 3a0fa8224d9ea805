import type { Response } from 'express';
import type { JsonObject } from '../../base/json.js';
import { securityHeaders } from '../headers.js';

/** A request that is refused before any flow is asked, in the form of authentik's API. */
export interface ApiError {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415;
  readonly detail: string;
  readonly code: string;
}

export const notFound: ApiError = { status: 404, detail: 'Not found.', code: 'not_found' };

export function sendError(res: Response, { status, detail, code }: ApiError): void {
  if (status === 401) res.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"');
  sendJson(res, status, { detail, code });
}

/** Ends a response with JSON, which no cache keeps and no page may embed. */
export function sendJson(res: Response, status: number, body: JsonObject): void {
  const text = JSON.stringify(body);
  res.status(status);
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value);
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(text));
  res.end(res.req.method === 'HEAD' ? undefined : text);
}
