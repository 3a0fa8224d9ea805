import { randomToken } from '../../base/ids.js';
import type { Claim, ClaimAnswer, HoldAnswer, InvitationRecord, LapsedClaim } from '../../ports/invitation-store.js';
import {
  countSeats,
  isOnHold,
  note,
  otherPlaceOf,
  seatOf,
  smallestFree,
  sweepHolds,
  vacate,
  type ClaimedSeat,
  type MemoryInvitation,
} from './memory-invitation.js';

const lapsedAtOnce = 10;

/** For a write: the rules and their order are those of `InvitationStore.claim`. */
export function claimPlace(entry: MemoryInvitation, claim: Claim, now: number): ClaimAnswer {
  const token = randomToken(9);
  const decided = decide(entry, claim, false, now);
  if (decided.is !== 'take') return decided.is === 'held' ? { is: 'refused', cause: 'held' } : decided;
  const { record, place, own } = decided;
  seat(entry, claim, place, {
    is: 'claimed',
    plan: claim.plan,
    token,
    until: now + claim.leaseSeconds * 1000,
    writing: true,
    // An account may have been written since the first claim for a write.
    since: own?.writing === true ? own.since : now,
    hold: own?.hold ?? null,
    person: personOf(record, claim) ?? own?.person ?? null,
  });
  if (own === null || isOnHold(own)) note(entry, now, 'claimed', { place });
  return { is: 'claimed', place, token, record };
}

/** For somebody who has yet to fill in a form. */
export function holdPlace(entry: MemoryInvitation, hold: Omit<Claim, 'leaseSeconds'>, now: number): HoldAnswer {
  const decided = decide(entry, hold, true, now);
  if (decided.is === 'claimed') return { is: 'held' };
  if (decided.is !== 'take') return decided;
  const { record, place, own } = decided;
  const until = now + (record.holdSeconds ?? 0) * 1000;
  const person = personOf(record, hold) ?? own?.person ?? null;
  const token = randomToken(9);
  seat(entry, hold, place, { is: 'claimed', plan: hold.plan, token, until, writing: false, hold: until, person });
  if (own === null) note(entry, now, 'held', { place });
  return { is: 'held' };
}

type Decision =
  | ClaimAnswer
  | { readonly is: 'held' }
  | {
      readonly is: 'take';
      readonly record: InvitationRecord;
      readonly place: string;
      readonly own: ClaimedSeat | null;
    };

function decide(entry: MemoryInvitation, claim: Omit<Claim, 'leaseSeconds'>, holding: boolean, now: number): Decision {
  const present = seatOf(entry, claim.plan);
  if (present?.seat.is === 'redeemed') {
    const { user, at } = present.seat;
    return { is: 'redeemed', place: present.place, user, agoMs: Math.max(0, now - at) };
  }
  const { record } = entry;
  if (record === null) return { is: 'refused', cause: 'unknown' };
  if (holding && record.holdSeconds === null) return { is: 'held' };

  const own = present?.seat.is === 'claimed' ? present.seat : null;
  const take = (place: string): Decision => ({ is: 'take', record, place, own });
  const place = present?.place ?? '';
  const runs = own !== null && own.until > now;
  const onHold = own !== null && isOnHold(own);
  if (runs && holding) return { is: 'held' };
  if (runs && !onHold) return take(place);
  if (record.revokedAt !== null) {
    if (onHold) vacate(entry, place);
    return { is: 'refused', cause: 'revoked' };
  }
  // A place that is kept is kept beyond the end, also when a write under it broke off.
  if (!holding && own !== null && own.hold !== null && own.hold > now) return take(place);
  if (record.notBefore !== null && now < record.notBefore) return { is: 'refused', cause: 'not_yet' };
  if (record.expires !== null && now >= record.expires) return { is: 'refused', cause: 'expired' };
  if (own !== null && holding && !onHold) return { is: 'settle', lapsed: [lapsedClaim(place, own)] };
  if (own !== null) return take(place);

  sweepHolds(entry, now);
  const other = otherPlaceOf(entry, claim);
  if (other?.seat.is === 'redeemed') return { is: 'refused', cause: 'already' };
  if (other?.seat.is === 'claimed')
    return other.seat.until > now
      ? { is: 'refused', cause: 'held' }
      : { is: 'settle', lapsed: [lapsedClaim(other.place, other.seat)] };

  if (record.max === null) return take(`@${claim.plan}`);
  if (entry.places.size < record.max) return take(smallestFree(entry));
  const lapsed = lapsedOf(entry, now);
  if (lapsed.length > 0) return { is: 'settle', lapsed };
  return { is: 'refused', cause: countSeats(entry, now).redeemed >= record.max ? 'used_up' : 'held' };
}

function seat(
  entry: MemoryInvitation,
  { plan, person }: Omit<Claim, 'leaseSeconds'>,
  place: string,
  taken: ClaimedSeat,
): void {
  const before = entry.places.get(place)?.person ?? null;
  // The same plan under another address: the one of before is nobody's here any more.
  if (before !== null && before !== taken.person) entry.persons.delete(before);
  entry.places.set(place, taken);
  entry.plans.set(plan, place);
  if (entry.record?.onePerPerson === true && person !== undefined && person !== null) entry.persons.set(person, plan);
}

function personOf(record: InvitationRecord, { person }: Pick<Claim, 'person'>): string | null {
  return record.onePerPerson ? (person ?? null) : null;
}

/** Claims for a write whose leases are over, ten at most. */
export function lapsedOf(entry: MemoryInvitation, now: number): readonly LapsedClaim[] {
  const found: LapsedClaim[] = [];
  for (const [place, taken] of entry.places) {
    if (taken.is === 'claimed' && taken.until <= now && !isOnHold(taken) && found.length < lapsedAtOnce)
      found.push(lapsedClaim(place, taken));
  }
  return found;
}

function lapsedClaim(place: string, { token, plan }: ClaimedSeat): LapsedClaim {
  return { place, token, plan };
}
