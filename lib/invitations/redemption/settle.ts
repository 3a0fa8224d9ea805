import { isAcceptance } from '../../base/acceptance-id.js';
import { EnrollmentError } from '../../base/error.js';
import { withTimeout } from '../../base/awaitable.js';
import type { EventSink } from '../../ports/events.js';
import type { InvitationStore, LapsedClaim, SeatRef } from '../../ports/invitation-store.js';
import type { RedemptionRow, Redemptions } from '../../ports/redemptions.js';
import { seatOfRedemption, redemptionKey } from './redemption.js';

/** Looks up a redemption in the user store. A caller without an answer knows nothing, and must not free a seat. */
export type LookUp = (
  by: { readonly key: string } | { readonly enrollmentId: string },
) => Promise<RedemptionRow | null>;

/**
 * A lookup that answers or throws within `seconds`; `null` when the app keeps no redemptions.
 * @throws ERR_ENROLLMENT_UNSETTLED (503) when the user store is slow or away
 */
export function createLookUp(redemptions: Redemptions | null, seconds: number): LookUp | null {
  if (redemptions === null) return null;
  return async (by) => {
    try {
      const row = await withTimeout(
        seconds * 1000,
        () => redemptions.find(by),
        () => new Error(`no answer within ${seconds} s`),
      );
      // Many drivers return `undefined` if there is no row.
      return row ?? null;
    } catch (cause) {
      throw unsettled('the user store could not be asked about a redemption', cause);
    }
  };
}

export function unsettled(reason: string, cause?: unknown): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_UNSETTLED', reason, { status: 503, cause });
}

export interface SettleParts {
  readonly store: InvitationStore;
  readonly lookUp: LookUp;
  readonly events: EventSink;
}

type Writing = Pick<SettleParts, 'store' | 'events'>;

/**
 * Determines the outcome of lapsed claims and reports it to the store: when the user store has the seat's redemption,
 * the seat is committed; when it has none, the seat is free again. Without an answer nothing is freed.
 * @throws ERR_ENROLLMENT_UNSETTLED (503)
 */
export async function settle(parts: SettleParts, id: string, lapsed: readonly LapsedClaim[]): Promise<void> {
  await Promise.all(
    lapsed.map(async ({ seat, token }) => {
      const row = await parts.lookUp({ key: redemptionKey(id, seat) });
      if (row === null) await release(parts, { id, seat, token });
      else await commitSeat(parts, { id, seat }, row);
    }),
  );
}

/** Settles every lapsed claim of an invitation, including a revoked or expired one. Returns how many there were. */
export async function settleAll(parts: SettleParts, id: string): Promise<number> {
  const seen = new Set<string>();
  for (;;) {
    const lapsed = (await parts.store.lapsed(id)).filter(({ token }) => !seen.has(token));
    if (lapsed.length === 0) return seen.size;
    await settle(parts, id, lapsed);
    for (const { token } of lapsed) seen.add(token);
  }
}

/**
 * Marks a seat as taken by a redemption in the user store, from this or another process. The first call emits the event
 * and returns true.
 */
export async function commitSeat(parts: Writing, { id, seat }: SeatRef, row: RedemptionRow): Promise<boolean> {
  const { enrollment_id: enrollment, user_id: user } = row;
  const accepted = isAcceptance(enrollment);
  const first = await parts.store.commit({ id, seat, plan: enrollment, user, accepted });
  if (first)
    parts.events({ type: accepted ? 'invitation.accepted' : 'invitation.redeemed', id, seat, user, enrollment });
  return first;
}

/** Marks the seat that a redemption names. */
export async function commitRow(parts: Writing, row: RedemptionRow): Promise<void> {
  const at = seatOfRedemption(row);
  if (at !== null) await commitSeat(parts, at, row);
}

export async function release(parts: Writing, claim: SeatRef & { readonly token: string }): Promise<boolean> {
  const freed = await parts.store.release(claim);
  if (freed) parts.events({ type: 'invitation.released', id: claim.id, seat: claim.seat });
  return freed;
}
