import type { Challenge } from './challenges.js';

/**
 * Why a call of the client gave no challenge:
 * - `invalid_settings`: `createFlowClient` was called with mistakes; `issues` lists them all.
 * - `nothing_to_solve`: no challenge had come when `solve` was called, or the last one is answered by nothing.
 * - `too_many_attempts`: status 429; `retryAfterSeconds` says when to try again.
 * - `unavailable`: status 503; the plan is kept, and the same answer may be sent again.
 * - `expired`: the bearer token is of no plan; `current()` begins a new one.
 * - `refused`: the server refused the request itself; `status` and `reason` say why.
 * - `unexpected_answer`: what came is no answer of a flow, e.g. a page, or redirects without end.
 * - `unreachable`: no answer came; `cause` is the error of `fetch`. The same answer may be sent again.
 */
export type FlowClientErrorCode =
  | 'invalid_settings'
  | 'nothing_to_solve'
  | 'too_many_attempts'
  | 'unavailable'
  | 'expired'
  | 'refused'
  | 'unexpected_answer'
  | 'unreachable';

interface Details {
  readonly status?: number;
  readonly reason?: string;
  readonly retryAfterSeconds?: number | null;
  readonly challenge?: Challenge | null;
  readonly issues?: readonly string[];
  readonly cause?: unknown;
}

/** The client's one error class: `code` names the case. */
export class FlowClientError extends Error {
  override readonly name = 'FlowClientError';
  readonly code: FlowClientErrorCode;
  /** Of the answer; 0 where none came. */
  readonly status: number;
  /** The server's own code, e.g. `invalid_step` or `csrf_failed`; `''` where there is none. */
  readonly reason: string;
  /** When to try again, in seconds; `null` where it is not known. */
  readonly retryAfterSeconds: number | null;
  /** What to show instead: of a 429 or 503, where the server sent a challenge with it. */
  readonly challenge: Challenge | null;
  readonly issues: readonly string[];

  constructor(code: FlowClientErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? 0;
    this.reason = details.reason ?? '';
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.challenge = details.challenge ?? null;
    this.issues = details.issues ?? [];
  }
}

/** True for the client's errors, those of a second copy of it too. */
export function isFlowClientError(error: unknown): error is FlowClientError {
  return error instanceof Error && error.name === 'FlowClientError' && 'code' in error;
}
