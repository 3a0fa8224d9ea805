import { deepestCause } from './deepest-cause.js';

/** Every error code of the kit. Each has a row in `docs/errors.md`. */
export type ErrorCode =
  | 'ERR_ENROLLMENT_CONFIG'
  | 'ERR_ENROLLMENT_POLICY'
  | 'ERR_ENROLLMENT_POLICY_REFUSED'
  | 'ERR_ENROLLMENT_POLICY_DENIED'
  | 'ERR_ENROLLMENT_POLICY_THROTTLED'
  | 'ERR_ENROLLMENT_PROMPT'
  | 'ERR_ENROLLMENT_UPLOAD'
  | 'ERR_ENROLLMENT_VIEWS'
  | 'ERR_ENROLLMENT_FLOW_FILE'
  | 'ERR_ENROLLMENT_FLOW_CONFLICT'
  | 'ERR_ENROLLMENT_REDIS_CLIENT'
  | 'ERR_ENROLLMENT_REDIS_FORGETS'
  | 'ERR_ENROLLMENT_LOGIN'
  | 'ERR_ENROLLMENT_SESSION'
  | 'ERR_ENROLLMENT_SESSIONS_ENDED'
  | 'ERR_ENROLLMENT_ADMIT'
  | 'ERR_ENROLLMENT_NO_LOGIN'
  | 'ERR_ENROLLMENT_NO_USERS'
  | 'ERR_ENROLLMENT_INACTIVE'
  | 'ERR_ENROLLMENT_BODY'
  | 'ERR_ENROLLMENT_BODY_MISSING'
  | 'ERR_ENROLLMENT_FOREIGN_ORIGIN'
  | 'ERR_ENROLLMENT_INVITE_SIGNED_OUT'
  | 'ERR_ENROLLMENT_INVITE_REFUSED'
  | 'ERR_ENROLLMENT_INVITE_THROTTLED'
  | 'ERR_ENROLLMENT_INVITE_AWAY'
  | 'ERR_ENROLLMENT_INVITE_REDEEMED'
  | 'ERR_ENROLLMENT_STORE_AWAY'
  | 'ERR_ENROLLMENT_PLAN_TOO_LARGE'
  | 'ERR_ENROLLMENT_UNSETTLED'
  | 'ERR_ENROLLMENT_INVITATION'
  | 'ERR_ENROLLMENT_CODE_TAKEN'
  | 'ERR_ENROLLMENT_UNKNOWN_INVITATION'
  | 'ERR_ENROLLMENT_TENANT'
  | 'ERR_ENROLLMENT_INVITER'
  | 'ERR_ENROLLMENT_QUOTA'
  | 'ERR_ENROLLMENT_INVITATION_LIMIT'
  | 'ERR_ENROLLMENT_MEMBER'
  | 'ERR_ENROLLMENT_MAILS_STOPPED'
  | 'ERR_ENROLLMENT_NOT_MAILED'
  | 'ERR_ENROLLMENT_NOT_REISSUED'
  | 'ERR_ENROLLMENT_NOT_EMPTY'
  | 'ERR_ENROLLMENT_WAITLIST'
  | 'ERR_ENROLLMENT_TICKET'
  | 'ERR_ENROLLMENT_TICKET_LIMIT'
  | 'ERR_ENROLLMENT_UNKNOWN_USER'
  | 'ERR_ENROLLMENT_USER_STORE'
  | 'ERR_ENROLLMENT_ACCOUNT'
  | 'ERR_ENROLLMENT_PASSWORD'
  | 'ERR_ENROLLMENT_CAPTCHA_AWAY';

interface ErrorDetails {
  /** HTTP status to answer with when the error reaches an error handler; default 500. */
  readonly status?: number;
  /** True when the message may be shown to the visitor; default false. */
  readonly expose?: boolean;
  /** When to try again, in seconds; default 5 where the status is 503, otherwise none. */
  readonly retryAfterSeconds?: number | null;
  readonly cause?: unknown;
  /** All mistakes, when there are several. */
  readonly issues?: readonly string[];
}

/** The wait before the next try when a store is unavailable. */
const usualRetryAfterSeconds = 5;

const mark = Symbol.for('express-enrollment.error');

/** The kit's one error class: `code` names the case, `status` and `expose` serve Express error handlers. */
export class EnrollmentError extends Error {
  override readonly name = 'EnrollmentError';
  readonly [mark] = true;
  readonly code: ErrorCode;
  readonly status: number;
  readonly expose: boolean;
  readonly issues: readonly string[];
  /** `Retry-After`, where a wait is known. Express's own error handler sends these headers. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? 500;
    this.expose = details.expose ?? false;
    this.issues = details.issues ?? [];
    const seconds = details.retryAfterSeconds ?? (this.status === 503 ? usualRetryAfterSeconds : null);
    this.headers = Object.freeze(seconds === null ? {} : { 'Retry-After': String(seconds) });
  }
}

/** True for the kit's errors, including those of a second copy of the package. */
export function isEnrollmentError(error: unknown): error is EnrollmentError {
  return typeof error === 'object' && error !== null && mark in error;
}

/**
 * A store that refused or did not answer in time, with the deepest cause. The response is 503, and the plan is kept.
 */
export function storeAway(store: string, cause: unknown): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_STORE_AWAY', `${store} is away: ${deepestCause(cause)}`, {
    status: 503,
    cause,
  });
}
