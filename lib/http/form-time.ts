import type { StageReply } from '../executor/reply.js';
import type { PageTime, TimeLimit } from '../pages/page-model.js';
import { identitySeconds } from '../sources/identities/identities.js';
import { planTokenSeconds } from './cookies/plan-token.js';
import { savedPasswordSeconds } from './sealed-passwords.js';

/** Longer limits need no warning (WCAG 2.2, success criterion 2.2.1, "20 Hour Exception"). */
const longest = 20 * 60 * 60;

/**
 * How long the form of a page is accepted as it is: until its plan or its plan token expires, or what the plan relies
 * on: a source's answer, a reserved seat, a saved password. `null`: so long that nothing needs to be said. `issuedAt`:
 * when its plan token was issued; instants are milliseconds since 1970.
 */
export function formTime(
  { now, issuedAt }: { readonly now: number; readonly issuedAt: number },
  reply: Pick<StageReply, 'expiresAt' | 'savedPassword' | 'reservedUntil' | 'identity' | 'cancellable'>,
): PageTime | null {
  const secondsTo = (instant: number): number => Math.max(0, Math.floor((instant - now) / 1000));
  const token = secondsTo(issuedAt + planTokenSeconds * 1000);
  const plan = reply.expiresAt === 0 ? token : secondsTo(reply.expiresAt);
  // The plan token is not prolonged: a day after the start everything begins again.
  const session: TimeLimit = { of: 'session', seconds: Math.min(token, plan), extendable: plan < token };
  const last = endOfSource(reply, secondsTo, session) ?? session;
  const limits: readonly TimeLimit[] = [
    ...(reply.savedPassword === null
      ? []
      : [{ of: 'password' as const, seconds: savedPasswordSeconds, extendable: session.extendable }]),
    // Asking again extends no reservation: others wait for the seat.
    ...(reply.reservedUntil === null
      ? []
      : [{ of: 'seat' as const, seconds: secondsTo(reply.reservedUntil), extendable: false }]),
  ];
  const ending = [
    ...limits.filter(({ seconds }) => seconds < last.seconds).sort((one, other) => one.seconds - other.seconds),
    ...(last.seconds < longest ? [last] : []),
  ];
  return ending.length === 0 ? null : { limits: ending };
}

/** Where the answer of a source is accepted for a shorter time than the plan: only the provider gives another one. */
function endOfSource(
  { identity, cancellable }: Pick<StageReply, 'identity' | 'cancellable'>,
  secondsTo: (instant: number) => number,
  session: TimeLimit,
): TimeLimit | null {
  // An account that was written needs no answer anymore.
  if (identity === null || !cancellable) return null;
  const seconds = secondsTo(identity.pendingSince + identitySeconds * 1000);
  return seconds < session.seconds ? { of: 'source', seconds, extendable: false, source: identity.sourceName } : null;
}
