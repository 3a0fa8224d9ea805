import { randomToken } from '../../base/ids.js';
import type {
  SeatClaim,
  ClaimAnswer,
  ReservationAnswer,
  InvitationRecord,
  LapsedClaim,
} from '../../ports/invitation-store.js';
import {
  countSeats,
  isReserved,
  note,
  otherSeatOf,
  seatOf,
  smallestFree,
  sweepReservations,
  vacate,
  type ClaimedSeat,
  type MemoryInvitation,
} from './memory-invitation.js';

const lapsedAtOnce = 10;

/** For a write: the rules and their order are those of `InvitationStore.claim`. */
export function claimSeat(entry: MemoryInvitation, claim: SeatClaim, now: number): ClaimAnswer {
  const token = randomToken(9);
  const decided = decide(entry, claim, false, now);
  if (decided.type !== 'take') return decided.type === 'held' ? { type: 'refused', cause: 'held' } : decided;
  const { record, seat, own } = decided;
  occupy(entry, claim, seat, {
    type: 'claimed',
    plan: claim.plan,
    token,
    until: now + claim.leaseSeconds * 1000,
    writing: true,
    // An account may have been written since the first claim for a write.
    since: own?.writing === true ? own.since : now,
    reserve: own?.reserve ?? null,
    person: personOf(record, claim) ?? own?.person ?? null,
  });
  if (own === null || isReserved(own)) note(entry, now, 'claimed', { seat });
  return { type: 'claimed', seat, token, record };
}

/** For an enrollment that has yet to fill in a form. */
export function reserveSeat(
  entry: MemoryInvitation,
  reserve: Omit<SeatClaim, 'leaseSeconds'>,
  now: number,
): ReservationAnswer {
  const decided = decide(entry, reserve, true, now);
  if (decided.type === 'claimed') return { type: 'held', until: null };
  if (decided.type !== 'take') return decided;
  const { record, seat, own } = decided;
  const until = now + (record.reservationSeconds ?? 0) * 1000;
  const person = personOf(record, reserve) ?? own?.person ?? null;
  const token = randomToken(9);
  occupy(entry, reserve, seat, {
    type: 'claimed',
    plan: reserve.plan,
    token,
    until,
    writing: false,
    reserve: until,
    person,
  });
  if (own === null) note(entry, now, 'held', { seat });
  return { type: 'held', until };
}

type Decision =
  | ClaimAnswer
  | Extract<ReservationAnswer, { readonly type: 'held' }>
  | {
      readonly type: 'take';
      readonly record: InvitationRecord;
      readonly seat: string;
      readonly own: ClaimedSeat | null;
    };

function decide(
  entry: MemoryInvitation,
  claim: Omit<SeatClaim, 'leaseSeconds'>,
  reserving: boolean,
  now: number,
): Decision {
  const present = seatOf(entry, claim.plan);
  if (present?.taken.type === 'redeemed') {
    const { user, at } = present.taken;
    return { type: 'redeemed', seat: present.seat, user, agoMs: Math.max(0, now - at) };
  }
  const { record } = entry;
  if (record === null) return { type: 'refused', cause: 'unknown' };
  if (reserving && record.reservationSeconds === null) return { type: 'held', until: null };

  const own = present?.taken.type === 'claimed' ? present.taken : null;
  const take = (seat: string): Decision => ({ type: 'take', record, seat, own });
  const seat = present?.seat ?? '';
  const runs = own !== null && own.until > now;
  const reserved = own !== null && isReserved(own);
  if (runs && reserving) return { type: 'held', until: reserved ? own.until : null };
  if (runs && !reserved) return take(seat);
  if (record.revokedAt !== null) {
    if (reserved) vacate(entry, seat);
    return { type: 'refused', cause: 'revoked' };
  }
  // A reserved seat stays reserved beyond the end, even when a write under it was interrupted.
  if (!reserving && own !== null && own.reserve !== null && own.reserve > now) return take(seat);
  if (record.notBefore !== null && now < record.notBefore) return { type: 'refused', cause: 'not_yet' };
  if (record.expires !== null && now >= record.expires) return { type: 'refused', cause: 'expired' };
  if (own !== null && reserving && !reserved) return { type: 'settle', lapsed: [lapsedClaim(seat, own)] };
  if (own !== null) return take(seat);

  sweepReservations(entry, now);
  const other = otherSeatOf(entry, claim);
  if (other?.taken.type === 'redeemed') return { type: 'refused', cause: 'already' };
  if (other?.taken.type === 'claimed')
    return other.taken.until > now
      ? { type: 'refused', cause: 'held' }
      : { type: 'settle', lapsed: [lapsedClaim(other.seat, other.taken)] };

  if (record.max === null) return take(`@${claim.plan}`);
  if (entry.seats.size < record.max) return take(smallestFree(entry));
  const lapsed = lapsedOf(entry, now);
  if (lapsed.length > 0) return { type: 'settle', lapsed };
  return { type: 'refused', cause: countSeats(entry, now).redeemed >= record.max ? 'used_up' : 'held' };
}

function occupy(
  entry: MemoryInvitation,
  { plan, person }: Omit<SeatClaim, 'leaseSeconds'>,
  seat: string,
  taken: ClaimedSeat,
): void {
  const before = entry.seats.get(seat)?.person ?? null;
  // The same plan now has another address: its earlier address is free again.
  if (before !== null && before !== taken.person) entry.persons.delete(before);
  entry.seats.set(seat, taken);
  entry.plans.set(plan, seat);
  if (entry.record?.onePerPerson === true && person !== undefined && person !== null) entry.persons.set(person, plan);
}

function personOf(record: InvitationRecord, { person }: Pick<SeatClaim, 'person'>): string | null {
  return record.onePerPerson ? (person ?? null) : null;
}

/** Claims for a write whose leases have expired, ten at most. */
export function lapsedOf(entry: MemoryInvitation, now: number): readonly LapsedClaim[] {
  const found: LapsedClaim[] = [];
  for (const [seat, taken] of entry.seats) {
    if (taken.type === 'claimed' && taken.until <= now && !isReserved(taken) && found.length < lapsedAtOnce)
      found.push(lapsedClaim(seat, taken));
  }
  return found;
}

function lapsedClaim(seat: string, { token, plan }: ClaimedSeat): LapsedClaim {
  return { seat, token, plan };
}
