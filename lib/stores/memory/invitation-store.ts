import type { Clock } from '../../base/clock.js';
import type {
  Claim,
  Coming,
  Erasure,
  InvitationRecord,
  InvitationStore,
  Place,
  Seat,
  Standing,
} from '../../ports/invitation-store.js';
import { erasureSeconds } from '../erasure-seconds.js';
import { claimPlace, holdPlace, lapsedOf } from './claim-place.js';
import { listShelves } from './list-invitations.js';
import { claimUnder, countSeats, emptyShelf, isOnHold, note, seatOf, vacate, type Shelf } from './shelf.js';

const keptRefusals = 100;

export interface MemoryInvitations {
  readonly shelves: Map<string, Shelf>;
  readonly refusals: Map<string, { readonly cause: string; readonly id: string | null; readonly at: number }>;
  readonly comings: Map<string, Coming>;
  readonly erasures: Map<string, Erasure & { readonly at: number }>;
}

export function emptyMemory(): MemoryInvitations {
  return { shelves: new Map(), refusals: new Map(), comings: new Map(), erasures: new Map() };
}

/** Invitations in this process: for development and tests. The reference for what the other stores must do. */
export function createMemoryInvitationStore(parts: {
  readonly clock: Clock;
  readonly state?: MemoryInvitations;
}): InvitationStore {
  const { clock, state = emptyMemory() } = parts;
  const { shelves, refusals, comings, erasures } = state;

  return Object.freeze<InvitationStore>({
    create: async (record, by) => create(record, by),
    createAll: async (records, by) => records.map((record) => create(record, by)),
    read: async (ids, plan) => ids.map((id) => standingOf(shelves.get(id), plan)),
    list: async (query) =>
      listShelves(
        [...shelves.values()].flatMap((shelf) => standingOf(shelf) ?? []),
        query,
      ),
    async edit(record, previous, ledger, by) {
      const shelf = shelves.get(record.id);
      if (shelf?.record?.version !== previous.version) return false;
      shelf.record = record;
      note(shelf, clock.now(), ledger, by === undefined ? {} : { by });
      return true;
    },
    claim: async (claim: Claim) => claimPlace(shelfOf(claim.id), claim, clock.now()),
    hold: async (hold) => holdPlace(shelfOf(hold.id), hold, clock.now()),
    async letGo(id, plan) {
      const shelf = shelfOf(id);
      const own = seatOf(shelf, plan);
      if (own === null || !isOnHold(own.seat)) return false;
      vacate(shelf, own.place);
      note(shelf, clock.now(), 'released', { place: own.place });
      return true;
    },
    async renew({ id, place, token, leaseSeconds }: Place & { readonly token: string; readonly leaseSeconds: number }) {
      const shelf = shelfOf(id);
      const seat = claimUnder(shelf, place, token);
      if (seat !== null) shelf.places.set(place, { ...seat, until: clock.now() + leaseSeconds * 1000 });
      return seat !== null;
    },
    async commit({ id, place, plan, user }: Place & { readonly plan: string; readonly user: string }) {
      const shelf = shelfOf(id);
      const present = shelf.places.get(place);
      if (present?.is === 'redeemed' && present.plan === plan) return false;
      // What else this plan had claimed it does not need.
      const own = seatOf(shelf, plan);
      if (own !== null) vacate(shelf, own.place);
      const person = own?.seat.person ?? null;
      const at = clock.now();
      shelf.places.set(place, { is: 'redeemed', plan, user, at, person });
      shelf.plans.set(plan, place);
      if (person !== null) shelf.persons.set(person, plan);
      comings.set(user, { id, place, at });
      note(shelf, at, 'redeemed', { place, user });
      const tombstone = erasedSince(user, shelf.record, own?.seat.is === 'claimed' ? own.seat.since : undefined);
      if (tombstone !== null) erase(id, user, tombstone);
      return true;
    },
    async release({ id, place, token }: Place & { readonly token: string }) {
      const shelf = shelfOf(id);
      const seat = claimUnder(shelf, place, token);
      if (seat === null) return false;
      const now = clock.now();
      if (seat.hold !== null && seat.hold > now) {
        shelf.places.set(place, { ...seat, token: '', until: seat.hold, writing: false });
        return true;
      }
      vacate(shelf, place);
      note(shelf, now, 'released', { place });
      return true;
    },
    lapsed: async (id: string) => lapsedOf(shelfOf(id), clock.now()),
    ledger: async (id: string) => [...shelfOf(id).ledger],
    async seats(id, { limit, after = '0' }) {
      const seats = [...shelfOf(id).places].map(([place, seat]): Seat => {
        const { is, plan } = seat;
        if (is === 'redeemed') return { place, is, plan, user: seat.user, at: seat.at };
        return { place, is: isOnHold(seat) ? 'held' : 'claimed', plan, user: null, at: seat.until };
      });
      const start = Number(after);
      const end = start + limit;
      return { seats: seats.slice(start, end), next: end < seats.length ? String(end) : null };
    },
    cameBy: async (user) => comings.get(user) ?? null,
    async beginErasure(user, erasure) {
      erasures.set(user, { ...erasure, at: clock.now() });
    },
    erase: async (id, user, tombstone) => erase(id, user, tombstone),
    async refused(reference: string, cause: string, id: string | null, at: number) {
      refusals.set(reference, { cause, id, at });
      for (const oldest of refusals.keys()) {
        if (refusals.size <= keptRefusals) break;
        refusals.delete(oldest);
      }
    },
    explain: async (reference: string) => refusals.get(reference) ?? null,
  });

  function create(record: InvitationRecord, by: string | undefined): boolean {
    const shelf = shelfOf(record.id);
    if (shelf.record !== null) return false;
    shelf.record = record;
    note(shelf, clock.now(), 'issued', by === undefined ? {} : { by });
    return true;
  }

  /** The tombstone of an erasure of this person that began after the claim and is not long ago. */
  function erasedSince(user: string, record: InvitationRecord | null, claimedAt = 0): string | null {
    const erasure = erasures.get(user);
    if (erasure === undefined || erasure.at < claimedAt) return null;
    if (clock.now() > erasure.at + erasureSeconds * 1000) return null;
    return erasure.tenant === null || erasure.tenant === record?.tenant ? erasure.tombstone : null;
  }

  function erase(id: string, user: string, tombstone: string): void {
    const shelf = shelfOf(id);
    const coming = comings.get(user);
    for (const [place, seat] of shelf.places) {
      if (seat.is === 'redeemed' && seat.user === user && coming?.place === place)
        shelf.places.set(place, { ...seat, user: tombstone });
    }
    shelf.ledger = shelf.ledger.map((entry) => ({
      ...entry,
      ...(entry.user === user ? { user: tombstone } : {}),
      ...(entry.by === user ? { by: tombstone } : {}),
    }));
    note(shelf, clock.now(), 'erased');
    if (coming?.id !== id) return;
    comings.set(tombstone, coming);
    comings.delete(user);
  }

  function shelfOf(id: string): Shelf {
    const shelf = shelves.get(id) ?? emptyShelf();
    shelves.set(id, shelf);
    return shelf;
  }

  function standingOf(shelf: Shelf | undefined, plan?: string): Standing | null {
    if (!shelf?.record) return null;
    const own = plan === undefined ? null : (seatOf(shelf, plan)?.seat.is ?? null);
    const now = clock.now();
    return { record: shelf.record, ...countSeats(shelf, now), own, now };
  }
}
