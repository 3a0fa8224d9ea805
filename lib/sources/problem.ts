import { isEnrollmentError } from '../base/error.js';
import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import type { StrategyOutcome } from './drive-strategy.js';
import { reasons, type SourceReason } from './reasons.js';
import type { SourceFailure } from '../ports/source.js';

/** Ends a sign-in; never leaves `lib/sources/`. */
export class SourceProblem extends Error {
  readonly reason: SourceReason;
  readonly detail: string | null;

  /** @param longest of the detail, in characters */
  constructor(reason: SourceReason, detail: string | null = null, longest?: number) {
    super(detail === null ? reason : `${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail === null ? null : printable(detail, longest);
  }
}

/** Makes third-party text safe for a log: printable ASCII, by default at most 120 characters. */
function printable(text: string, longest = 120): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, longest);
}

/** A claim for a log: a text unchanged, for any other value only its type. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : typeof value;
}

/**
 * Maps an exception to a problem. For an unexpected exception only its class is reported: its text may contain
 * anything.
 */
export function problemOf(error: unknown): SourceProblem {
  if (error instanceof SourceProblem) return error;
  if (isEnrollmentError(error))
    return error.status === 503
      ? new SourceProblem('store.away', error.code)
      : new SourceProblem('source.setup', error.message);
  return new SourceProblem('source.unexpected', error instanceof Error ? error.name : typeof error);
}

/** The problem for a strategy's outcome that was not expected. */
export function problemOfOutcome(outcome: StrategyOutcome): SourceProblem {
  if (outcome.type === 'late') return new SourceProblem('provider.slow', 'strategy');
  if (outcome.type === 'fail') return new SourceProblem('strategy.failed', wordsOf(outcome.challenge));
  if (outcome.type === 'error') return problemOfStrategyError(outcome.error);
  return new SourceProblem('strategy.undecided', outcome.type);
}

/** The problem for a strategy's error. Its text may contain anything, so only a code is reported. */
function problemOfStrategyError(error: unknown): SourceProblem {
  const inner = memberOf(error, 'oauthError');
  for (const known of [error, inner]) if (known instanceof SourceProblem) return known;
  const code = memberOf(error, 'code') ?? memberOf(inner, 'statusCode');
  const kind = error instanceof Error ? error.name : typeof error;
  const isAway = typeof code === 'number' && code >= 500;
  return new SourceProblem(
    isAway ? 'strategy.away' : 'strategy.error',
    typeof code === 'string' || typeof code === 'number' ? `${kind}: ${code}` : kind,
  );
}

/** Strategies report the reason of a refusal as a text or in a record's `message`. */
function wordsOf(challenge: unknown): string | null {
  const words = typeof challenge === 'string' ? challenge : memberOf(challenge, 'message');
  return typeof words === 'string' ? words : null;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

export function failureOf(
  error: unknown,
  sourceName: string,
  known: { readonly resume?: JsonObject; readonly tag?: string } = {},
): SourceFailure {
  const { reason, detail } = problemOf(error);
  const { text, retryable, status } = reasons[reason];
  return {
    type: 'failed',
    message: message(text, { source: sourceName }),
    reason,
    detail,
    retryable,
    status,
    resume: known.resume ?? null,
    tag: known.tag ?? null,
  };
}
