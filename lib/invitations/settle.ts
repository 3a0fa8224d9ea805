import type { EventSink } from '../ports/events.js';
import type { InvitationStore, LapsedClaim, Place } from '../ports/invitation-store.js';
import type { RedemptionRow } from '../ports/redemptions.js';
import type { LookUp } from './look-up.js';
import { placeOf, redemptionKey } from './redemption.js';

export interface SettleParts {
  readonly store: InvitationStore;
  readonly lookUp: LookUp;
  readonly events: EventSink;
}

type Writing = Pick<SettleParts, 'store' | 'events'>;

/**
 * Finds out what came of lapsed claims and says so to the store: where the user store has the place's redemption it is
 * committed, where it has none the place is free again. Without an answer nothing is freed.
 * @throws ERR_ENROLLMENT_UNSETTLED (503)
 */
export async function settle(parts: SettleParts, id: string, lapsed: readonly LapsedClaim[]): Promise<void> {
  await Promise.all(
    lapsed.map(async ({ place, token }) => {
      const row = await parts.lookUp({ key: redemptionKey(id, place) });
      if (row === null) await release(parts, { id, place, token });
      else await commitPlace(parts, { id, place }, row);
    }),
  );
}

/** Settles every lapsed claim of an invitation, also of a revoked or expired one. Tells how many there were. */
export async function settleAll(parts: SettleParts, id: string): Promise<number> {
  const seen = new Set<string>();
  for (;;) {
    const lapsed = (await parts.store.lapsed(id)).filter(({ token }) => !seen.has(token));
    if (lapsed.length === 0) return seen.size;
    await settle(parts, id, lapsed);
    for (const { token } of lapsed) seen.add(token);
  }
}

/** Marks a place as taken by a redemption that is in the user store, whoever made it; told of once. True when this call was the first. */
export async function commitPlace(parts: Writing, { id, place }: Place, row: RedemptionRow): Promise<boolean> {
  const { enrollment_id: enrollment, user_id: user } = row;
  const first = await parts.store.commit({ id, place, plan: enrollment, user });
  if (first) parts.events({ type: 'invitation.redeemed', id, place, user, enrollment });
  return first;
}

/** Marks the place that a redemption names itself. */
export async function commitRow(parts: Writing, row: RedemptionRow): Promise<void> {
  const at = placeOf(row);
  if (at !== null) await commitPlace(parts, at, row);
}

export async function release(parts: Writing, claim: Place & { readonly token: string }): Promise<boolean> {
  const freed = await parts.store.release(claim);
  if (freed) parts.events({ type: 'invitation.released', id: claim.id, place: claim.place });
  return freed;
}
