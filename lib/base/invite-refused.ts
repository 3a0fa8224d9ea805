import { EnrollmentError, type ErrorCode } from './error.js';

interface InviteRefusedDetails {
  /** The reference that `invitations.explain` resolves to the true cause; empty where nothing was looked up. */
  readonly reference?: string;
  /** The messages for the user, by form field. */
  readonly fields: Readonly<Record<string, string>>;
  /** The id of the message. It is the same in every wording and language, e.g. `invitation.expired`. */
  readonly reason: string;
  readonly retryAfterSeconds?: number | null;
  /** The id of the user whose account this attempt created before; set with 409 only. */
  readonly userId?: string | null;
  readonly cause?: unknown;
}

const statuses = {
  ERR_ENROLLMENT_FOREIGN_ORIGIN: 403,
  ERR_ENROLLMENT_INVITE_SIGNED_OUT: 403,
  ERR_ENROLLMENT_INVITE_REFUSED: 422,
  ERR_ENROLLMENT_INVITE_THROTTLED: 429,
  ERR_ENROLLMENT_INVITE_AWAY: 503,
  ERR_ENROLLMENT_INVITE_REDEEMED: 409,
  ERR_ENROLLMENT_POLICY_REFUSED: 422,
  ERR_ENROLLMENT_POLICY_DENIED: 403,
  ERR_ENROLLMENT_POLICY_THROTTLED: 429,
} as const satisfies Partial<Record<ErrorCode, number>>;

const mark = Symbol.for('express-enrollment.invite-refused');

/** Why a guard refuses a request. Its `message` is meant for the user, so `expose` is true. */
export class InviteRefused extends EnrollmentError {
  readonly [mark] = true;
  readonly reference: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly retryAfterSeconds: number | null;
  readonly userId: string | null;

  constructor(code: keyof typeof statuses, text: string, details: InviteRefusedDetails) {
    super(code, text, {
      status: statuses[code],
      expose: true,
      cause: details.cause,
      retryAfterSeconds: details.retryAfterSeconds ?? null,
    });
    this.reference = details.reference ?? '';
    this.fields = Object.freeze({ ...details.fields });
    this.reason = details.reason;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.userId = details.userId ?? null;
  }
}

/** True for a guard's refusal, including one of a second copy of the package. */
export function isInviteRefused(error: unknown): error is InviteRefused {
  return typeof error === 'object' && error !== null && mark in error;
}
