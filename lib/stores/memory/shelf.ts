import type { Claim, InvitationRecord, LedgerEntry, LedgerKind, Standing } from '../../ports/invitation-store.js';

/** `hold` is the end of a hold; a claim without `writing` waits for its holder to come to the write. */
export type ShelfSeat =
  | {
      readonly is: 'claimed';
      readonly plan: string;
      readonly token: string;
      readonly until: number;
      readonly writing: boolean;
      /** When it was first claimed for a write. */
      readonly since?: number | undefined;
      readonly hold: number | null;
      readonly person: string | null;
    }
  | {
      readonly is: 'redeemed';
      readonly plan: string;
      readonly user: string;
      readonly at: number;
      readonly person: string | null;
    };
export type ClaimedSeat = Extract<ShelfSeat, { readonly is: 'claimed' }>;

/** All that is kept of one invitation. Plain data: tests copy it to play a store that was set back. */
export interface Shelf {
  record: InvitationRecord | null;
  readonly places: Map<string, ShelfSeat>;
  readonly plans: Map<string, string>;
  readonly persons: Map<string, string>;
  ledger: LedgerEntry[];
}

export function emptyShelf(): Shelf {
  return { record: null, places: new Map(), plans: new Map(), persons: new Map(), ledger: [] };
}

/** A place that is only kept: it is free when its time is over, and nobody has to look up anything. */
export function isOnHold(seat: ShelfSeat | undefined): seat is ClaimedSeat {
  return seat?.is === 'claimed' && seat.hold !== null && !seat.writing;
}

/** How many places are redeemed, on hold, claimed for a write, and claimed beyond their lease. */
export function countSeats(shelf: Shelf, now: number): Pick<Standing, 'redeemed' | 'held' | 'claimed' | 'lapsed'> {
  const seats = [...shelf.places.values()];
  const holds = seats.filter(isOnHold);
  const claims = seats.filter((seat) => seat.is === 'claimed').filter((seat) => !isOnHold(seat));
  return {
    redeemed: seats.length - holds.length - claims.length,
    held: holds.filter(({ until }) => until > now).length,
    claimed: claims.length,
    lapsed: claims.filter(({ until }) => until <= now).length,
  };
}

/** The place that `plan` has here. The place says whose it is: another plan's account may have been found to have it. */
export function seatOf(shelf: Shelf, plan: string): { readonly place: string; readonly seat: ShelfSeat } | null {
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

export function claimUnder(shelf: Shelf, place: string, token: string): ClaimedSeat | null {
  const seat = shelf.places.get(place);
  return seat?.is === 'claimed' && seat.token === token ? seat : null;
}

/** Takes a claimed place away from its plan. */
export function vacate(shelf: Shelf, place: string): void {
  const seat = shelf.places.get(place);
  if (seat?.is !== 'claimed') return;
  shelf.places.delete(place);
  shelf.plans.delete(seat.plan);
  if (seat.person !== null) shelf.persons.delete(seat.person);
}

/** Gives back the places of holds whose time is over. */
export function sweepHolds(shelf: Shelf, now: number): void {
  for (const [place, seat] of shelf.places) {
    if (!isOnHold(seat) || seat.until > now) continue;
    vacate(shelf, place);
    note(shelf, now, 'released', { place });
  }
}

export function note(
  shelf: Shelf,
  at: number,
  kind: LedgerKind,
  more: Partial<Pick<LedgerEntry, 'place' | 'user' | 'by'>> = {},
): void {
  shelf.ledger.push({ at, kind, ...more });
}

/** The plan of another place that the same person has; `null` where there is none, or several are allowed. */
export function otherPlaceOf(
  shelf: Shelf,
  { plan, person }: Pick<Claim, 'plan' | 'person'>,
): { readonly place: string; readonly seat: ShelfSeat } | null {
  if (shelf.record?.onePerPerson !== true || person === undefined || person === null) return null;
  const other = shelf.persons.get(person);
  return other === undefined || other === plan ? null : seatOf(shelf, other);
}
