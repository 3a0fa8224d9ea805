import type {
  Claim,
  InvitationRecord,
  LedgerEntry,
  LedgerKind,
  InvitationSnapshot,
} from '../../ports/invitation-store.js';

/** `hold` is the end of a hold; a claim without `writing` waits for its holder to come to the write. */
type MemorySeat =
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
export type ClaimedSeat = Extract<MemorySeat, { readonly is: 'claimed' }>;

/** All that is kept of one invitation. Plain data: tests copy it to play a store that was set back. */
export interface MemoryInvitation {
  record: InvitationRecord | null;
  readonly places: Map<string, MemorySeat>;
  readonly plans: Map<string, string>;
  readonly persons: Map<string, string>;
  ledger: LedgerEntry[];
}

export function emptyInvitation(): MemoryInvitation {
  return { record: null, places: new Map(), plans: new Map(), persons: new Map(), ledger: [] };
}

/** A place that is only kept: it is free when its time is over, and nobody has to look up anything. */
export function isOnHold(seat: MemorySeat | undefined): seat is ClaimedSeat {
  return seat?.is === 'claimed' && seat.hold !== null && !seat.writing;
}

/** How many places are redeemed, on hold, claimed for a write, and claimed beyond their lease. */
export function countSeats(
  entry: MemoryInvitation,
  now: number,
): Pick<InvitationSnapshot, 'redeemed' | 'held' | 'claimed' | 'lapsed'> {
  const seats = [...entry.places.values()];
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
export function seatOf(
  entry: MemoryInvitation,
  plan: string,
): { readonly place: string; readonly seat: MemorySeat } | null {
  const place = entry.plans.get(plan);
  const seat = place === undefined ? undefined : entry.places.get(place);
  return place === undefined || seat === undefined || seat.plan !== plan ? null : { place, seat };
}

/** The smallest number from 1 that nobody has. */
export function smallestFree(entry: MemoryInvitation): string {
  let place = 1;
  while (entry.places.has(String(place))) place += 1;
  return String(place);
}

export function claimUnder(entry: MemoryInvitation, place: string, token: string): ClaimedSeat | null {
  const seat = entry.places.get(place);
  return seat?.is === 'claimed' && seat.token === token ? seat : null;
}

/** Takes a claimed place away from its plan. */
export function vacate(entry: MemoryInvitation, place: string): void {
  const seat = entry.places.get(place);
  if (seat?.is !== 'claimed') return;
  entry.places.delete(place);
  entry.plans.delete(seat.plan);
  if (seat.person !== null) entry.persons.delete(seat.person);
}

/** Gives back the places of holds whose time is over. */
export function sweepHolds(entry: MemoryInvitation, now: number): void {
  for (const [place, seat] of entry.places) {
    if (!isOnHold(seat) || seat.until > now) continue;
    vacate(entry, place);
    note(entry, now, 'released', { place });
  }
}

export function note(
  entry: MemoryInvitation,
  at: number,
  kind: LedgerKind,
  more: Partial<Pick<LedgerEntry, 'place' | 'user' | 'by'>> = {},
): void {
  entry.ledger.push({ at, kind, ...more });
}

/** The plan of another place that the same person has; `null` where there is none, or several are allowed. */
export function otherPlaceOf(
  entry: MemoryInvitation,
  { plan, person }: Pick<Claim, 'plan' | 'person'>,
): { readonly place: string; readonly seat: MemorySeat } | null {
  if (entry.record?.onePerPerson !== true || person === undefined || person === null) return null;
  const other = entry.persons.get(person);
  return other === undefined || other === plan ? null : seatOf(entry, other);
}
