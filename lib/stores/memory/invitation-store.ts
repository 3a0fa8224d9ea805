import type { EnrollmentClock } from '../../base/clock.js';
import type {
  SeatClaim,
  AccountOrigin,
  Erasure,
  InvitationRecord,
  InvitationStore,
  NotedRefusal,
  SeatRef,
  InvitationSeat,
  InvitationSnapshot,
} from '../../ports/invitation-store.js';
import { erasureSeconds } from '../limits.js';
import { claimSeat, reserveSeat, lapsedOf } from './claim-seat.js';
import { listInvitations } from './list-invitations.js';
import {
  claimUnder,
  countSeats,
  emptyInvitation,
  isReserved,
  note,
  seatOf,
  vacate,
  type MemoryInvitation,
} from './memory-invitation.js';
import { reserveInMemory, type MemoryOutstanding } from './outstanding.js';

const keptRefusals = 100;

interface MemoryInvitations extends MemoryOutstanding {
  readonly entries: Map<string, MemoryInvitation>;
  readonly refusals: Map<string, { readonly cause: string; readonly id: string | null; readonly at: number }>;
  readonly origins: Map<string, AccountOrigin>;
  readonly acceptances: Map<string, readonly AccountOrigin[]>;
  readonly erasures: Map<string, Erasure & { readonly at: number }>;
}

export function emptyMemory(): MemoryInvitations {
  return {
    entries: new Map(),
    refusals: new Map(),
    origins: new Map(),
    acceptances: new Map(),
    erasures: new Map(),
    reservations: new Map(),
    leaving: new Map(),
  };
}

/** Invitations in this process: for development and tests. The reference behavior for the other stores. */
export function createMemoryInvitationStore(parts: {
  readonly clock: EnrollmentClock;
  readonly state?: MemoryInvitations;
}): InvitationStore {
  const { clock, state = emptyMemory() } = parts;
  const { entries, refusals, origins, acceptances, erasures, reservations } = state;

  return Object.freeze<InvitationStore>({
    create: async (record, by) => create(record, by),
    createAll: async (records, by) => records.map((record) => create(record, by)),
    read: async (ids, plan) => ids.map((id) => snapshotOf(entries.get(id), plan)),
    list: async (query) =>
      listInvitations(
        [...entries.values()].flatMap((entry) => snapshotOf(entry) ?? []),
        query,
      ),
    async edit(record, previous, ledger, by) {
      const entry = entries.get(record.id);
      if (entry?.record?.version !== previous.version) return false;
      entry.record = record;
      reservations.delete(record.id);
      note(entry, clock.now(), ledger, by === undefined ? {} : { by });
      return true;
    },
    reserveOutstanding: reserveInMemory(state, {
      clock,
      mailed: () =>
        [...entries.values()]
          .filter(({ record }) => record !== null && record.mail !== null)
          .flatMap((entry) => snapshotOf(entry) ?? []),
    }),
    claim: async (claim: SeatClaim) => claimSeat(entryOf(claim.id), claim, clock.now()),
    reserve: async (reserve) => reserveSeat(entryOf(reserve.id), reserve, clock.now()),
    async releaseReservation(id, plan) {
      const entry = entryOf(id);
      const own = seatOf(entry, plan);
      if (own === null || !isReserved(own.taken)) return false;
      vacate(entry, own.seat);
      note(entry, clock.now(), 'released', { seat: own.seat });
      return true;
    },
    async renew({
      id,
      seat,
      token,
      leaseSeconds,
    }: SeatRef & { readonly token: string; readonly leaseSeconds: number }) {
      const entry = entryOf(id);
      const taken = claimUnder(entry, seat, token);
      if (taken !== null) entry.seats.set(seat, { ...taken, until: clock.now() + leaseSeconds * 1000 });
      return taken !== null;
    },
    async commit({ id, seat, plan, user, accepted = false }) {
      const entry = entryOf(id);
      const present = entry.seats.get(seat);
      if (present?.type === 'redeemed' && present.plan === plan) return false;
      // The plan does not need its other claims.
      const own = seatOf(entry, plan);
      if (own !== null) vacate(entry, own.seat);
      const person = own?.taken.person ?? null;
      const at = clock.now();
      entry.seats.set(seat, { type: 'redeemed', plan, user, at, person });
      entry.plans.set(plan, seat);
      if (person !== null) entry.persons.set(person, plan);
      if (accepted) acceptances.set(user, [...acceptedOutside(user, id), { id, seat, at }]);
      else origins.set(user, { id, seat, at });
      note(entry, at, 'redeemed', { seat, user });
      const tombstone = erasedSince(user, entry.record, own?.taken.type === 'claimed' ? own.taken.since : undefined);
      if (tombstone !== null) erase(id, user, tombstone);
      return true;
    },
    async release({ id, seat, token }: SeatRef & { readonly token: string }) {
      const entry = entryOf(id);
      const taken = claimUnder(entry, seat, token);
      if (taken === null) return false;
      const now = clock.now();
      if (taken.reserve !== null && taken.reserve > now) {
        entry.seats.set(seat, { ...taken, token: '', until: taken.reserve, writing: false });
        return true;
      }
      vacate(entry, seat);
      note(entry, now, 'released', { seat });
      return true;
    },
    lapsed: async (id: string) => lapsedOf(entryOf(id), clock.now()),
    ledger: async (id: string) => [...entryOf(id).ledger],
    async seats(id, { limit, after = '0' }) {
      const seats = [...entryOf(id).seats].map(([seat, taken]): InvitationSeat => {
        const { type, plan } = taken;
        if (type === 'redeemed') return { seat, type, plan, user: taken.user, at: taken.at };
        return { seat, type: isReserved(taken) ? 'held' : 'claimed', plan, user: null, at: taken.until };
      });
      const start = Number(after);
      const end = start + limit;
      return { seats: seats.slice(start, end), next: end < seats.length ? String(end) : null };
    },
    originOf: async (user) => origins.get(user) ?? null,
    acceptancesOf: async (user) => acceptances.get(user) ?? [],
    async beginErasure(user, erasure) {
      erasures.set(user, { ...erasure, at: clock.now() });
    },
    erase: async (id, user, tombstone) => erase(id, user, tombstone),
    async refused(noted: readonly NotedRefusal[]) {
      for (const { reference, cause, id, at } of noted) refusals.set(reference, { cause, id, at });
      for (const oldest of refusals.keys()) {
        if (refusals.size <= keptRefusals) break;
        refusals.delete(oldest);
      }
    },
    explain: async (reference: string) => refusals.get(reference) ?? null,
  });

  function create(record: InvitationRecord, by: string | undefined): boolean {
    const entry = entryOf(record.id);
    if (entry.record !== null) return false;
    entry.record = record;
    reservations.delete(record.id);
    note(entry, clock.now(), 'issued', by === undefined ? {} : { by });
    return true;
  }

  /** The tombstone of an erasure of this person that began after the claim and is still remembered. */
  function erasedSince(user: string, record: InvitationRecord | null, claimedAt = 0): string | null {
    const erasure = erasures.get(user);
    if (erasure === undefined || erasure.at < claimedAt) return null;
    if (clock.now() > erasure.at + erasureSeconds * 1000) return null;
    return erasure.tenant === null || erasure.tenant === record?.tenant ? erasure.tombstone : null;
  }

  function erase(id: string, user: string, tombstone: string): void {
    const entry = entryOf(id);
    const origin = origins.get(user);
    const acceptance = acceptances.get(user)?.find((one) => one.id === id);
    for (const [seat, taken] of entry.seats) {
      const isOwn = (origin?.id === id && origin.seat === seat) || acceptance?.seat === seat;
      if (taken.type === 'redeemed' && taken.user === user && isOwn)
        entry.seats.set(seat, { ...taken, user: tombstone });
    }
    entry.ledger = entry.ledger.map((entry) => ({
      ...entry,
      ...(entry.user === user ? { user: tombstone } : {}),
      ...(entry.by === user ? { by: tombstone } : {}),
    }));
    note(entry, clock.now(), 'erased');
    if (acceptance !== undefined) {
      acceptances.set(tombstone, [...acceptedOutside(tombstone, id), acceptance]);
      acceptances.set(user, acceptedOutside(user, id));
    }
    if (origin?.id !== id) return;
    origins.set(tombstone, origin);
    origins.delete(user);
  }

  function acceptedOutside(user: string, id: string): readonly AccountOrigin[] {
    return (acceptances.get(user) ?? []).filter((one) => one.id !== id);
  }

  function entryOf(id: string): MemoryInvitation {
    const entry = entries.get(id) ?? emptyInvitation();
    entries.set(id, entry);
    return entry;
  }

  function snapshotOf(entry: MemoryInvitation | undefined, plan?: string): InvitationSnapshot | null {
    if (!entry?.record) return null;
    const own = plan === undefined ? null : (seatOf(entry, plan)?.taken.type ?? null);
    const now = clock.now();
    return { record: entry.record, ...countSeats(entry, now), own, now };
  }
}
