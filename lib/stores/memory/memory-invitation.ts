import type {
  SeatClaim,
  InvitationRecord,
  LedgerEntry,
  LedgerKind,
  InvitationSnapshot,
} from '../../ports/invitation-store.js';

/** `reserve` is the end of a reservation; a claim without `writing` waits until its enrollment reaches the write. */
type MemorySeat =
  | {
      readonly type: 'claimed';
      readonly plan: string;
      readonly token: string;
      readonly until: number;
      readonly writing: boolean;
      /** When it was first claimed for a write. */
      readonly since?: number | undefined;
      readonly reserve: number | null;
      readonly person: string | null;
    }
  | {
      readonly type: 'redeemed';
      readonly plan: string;
      readonly user: string;
      readonly at: number;
      readonly person: string | null;
    };
export type ClaimedSeat = Extract<MemorySeat, { readonly type: 'claimed' }>;

/** All data of one invitation. Plain data: tests copy it to simulate a store that was restored from a backup. */
export interface MemoryInvitation {
  record: InvitationRecord | null;
  readonly seats: Map<string, MemorySeat>;
  readonly plans: Map<string, string>;
  readonly persons: Map<string, string>;
  ledger: LedgerEntry[];
}

export function emptyInvitation(): MemoryInvitation {
  return { record: null, seats: new Map(), plans: new Map(), persons: new Map(), ledger: [] };
}

/** A seat that is only reserved: it is free when its time is over, without a lookup. */
export function isReserved(taken: MemorySeat | undefined): taken is ClaimedSeat {
  return taken?.type === 'claimed' && taken.reserve !== null && !taken.writing;
}

/** How many seats are redeemed, reserved, claimed for a write, and claimed beyond their lease. */
export function countSeats(
  entry: MemoryInvitation,
  now: number,
): Pick<InvitationSnapshot, 'redeemed' | 'held' | 'claimed' | 'lapsed'> {
  const seats = [...entry.seats.values()];
  const holds = seats.filter(isReserved);
  const claims = seats.filter((taken) => taken.type === 'claimed').filter((taken) => !isReserved(taken));
  return {
    redeemed: seats.length - holds.length - claims.length,
    held: holds.filter(({ until }) => until > now).length,
    claimed: claims.length,
    lapsed: claims.filter(({ until }) => until <= now).length,
  };
}

/** The seat that `plan` has here. The seat names its owner: another plan's account may have been found in it. */
export function seatOf(
  entry: MemoryInvitation,
  plan: string,
): { readonly seat: string; readonly taken: MemorySeat } | null {
  const seat = entry.plans.get(plan);
  const taken = seat === undefined ? undefined : entry.seats.get(seat);
  return seat === undefined || taken === undefined || taken.plan !== plan ? null : { seat, taken };
}

/** The smallest free number from 1. */
export function smallestFree(entry: MemoryInvitation): string {
  let seat = 1;
  while (entry.seats.has(String(seat))) seat += 1;
  return String(seat);
}

export function claimUnder(entry: MemoryInvitation, seat: string, token: string): ClaimedSeat | null {
  const taken = entry.seats.get(seat);
  return taken?.type === 'claimed' && taken.token === token ? taken : null;
}

/** Removes a claimed seat from its plan. */
export function vacate(entry: MemoryInvitation, seat: string): void {
  const taken = entry.seats.get(seat);
  if (taken?.type !== 'claimed') return;
  entry.seats.delete(seat);
  entry.plans.delete(taken.plan);
  if (taken.person !== null) entry.persons.delete(taken.person);
}

/** Frees the seats of reservations whose time is over. */
export function sweepReservations(entry: MemoryInvitation, now: number): void {
  for (const [seat, taken] of entry.seats) {
    if (!isReserved(taken) || taken.until > now) continue;
    vacate(entry, seat);
    note(entry, now, 'released', { seat });
  }
}

export function note(
  entry: MemoryInvitation,
  at: number,
  kind: LedgerKind,
  more: Partial<Pick<LedgerEntry, 'seat' | 'user' | 'by'>> = {},
): void {
  entry.ledger.push({ at, kind, ...more });
}

/** The plan of another seat that the same person has; `null` when there is none, or several are allowed. */
export function otherSeatOf(
  entry: MemoryInvitation,
  { plan, person }: Pick<SeatClaim, 'plan' | 'person'>,
): { readonly seat: string; readonly taken: MemorySeat } | null {
  if (entry.record?.onePerPerson !== true || person === undefined || person === null) return null;
  const other = entry.persons.get(person);
  return other === undefined || other === plan ? null : seatOf(entry, other);
}
