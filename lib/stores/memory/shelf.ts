import type { InvitationRecord, LedgerEntry, LedgerKind, Place } from '../../ports/invitation-store.js';

export type Seat =
  | { readonly is: 'claimed'; readonly plan: string; readonly token: string; readonly until: number }
  | { readonly is: 'redeemed'; readonly plan: string; readonly user: string };

/** All that is kept of one invitation. Plain data: tests copy it to play a store that was set back. */
export interface Shelf {
  record: InvitationRecord | null;
  readonly places: Map<string, Seat>;
  readonly plans: Map<string, string>;
  readonly ledger: LedgerEntry[];
}

export function emptyShelf(): Shelf {
  return { record: null, places: new Map(), plans: new Map(), ledger: [] };
}

/** How many places are redeemed, claimed, and claimed beyond their lease. */
export function countSeats(shelf: Shelf, now: number): { redeemed: number; claimed: number; lapsed: number } {
  const claims = [...shelf.places.values()].filter((seat) => seat.is === 'claimed');
  return {
    redeemed: shelf.places.size - claims.length,
    claimed: claims.length,
    lapsed: claims.filter(({ until }) => until <= now).length,
  };
}

/** The place that `plan` has here. The place says whose it is: another plan's account may have been found to have it. */
export function seatOf(shelf: Shelf, plan: string): { readonly place: string; readonly seat: Seat } | null {
  const place = shelf.plans.get(plan);
  const seat = place === undefined ? undefined : shelf.places.get(place);
  return place === undefined || seat === undefined || seat.plan !== plan ? null : { place, seat };
}

/** The smallest number from 1 that nobody has. */
export function smallestFree(shelf: Shelf): string {
  let place = 1;
  while (shelf.places.has(String(place))) place += 1;
  return String(place);
}

export function claimUnder(shelf: Shelf, place: string, token: string): (Seat & { readonly is: 'claimed' }) | null {
  const seat = shelf.places.get(place);
  return seat?.is === 'claimed' && seat.token === token ? seat : null;
}

/** Takes a claimed place away from its plan. */
export function vacate(shelf: Shelf, place: string): void {
  const seat = shelf.places.get(place);
  if (seat?.is !== 'claimed') return;
  shelf.places.delete(place);
  shelf.plans.delete(seat.plan);
}

export function note(
  shelf: Shelf,
  at: number,
  kind: LedgerKind,
  more: Partial<Pick<Place, 'place'>> & { readonly user?: string } = {},
): void {
  shelf.ledger.push({ at, kind, ...more });
}
