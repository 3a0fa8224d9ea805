import type { Clock } from '../../base/clock.js';
import { randomToken } from '../../base/ids.js';
import type {
  Claim,
  ClaimAnswer,
  InvitationRecord,
  InvitationStore,
  LapsedClaim,
  LedgerKind,
  Place,
  Standing,
} from '../../ports/invitation-store.js';
import { claimUnder, countSeats, emptyShelf, note, seatOf, smallestFree, vacate, type Shelf } from './shelf.js';

const keptRefusals = 100;
const lapsedAtOnce = 10;

export interface MemoryInvitations {
  readonly shelves: Map<string, Shelf>;
  readonly refusals: Map<string, { readonly cause: string; readonly id: string | null; readonly at: number }>;
}

export function emptyMemory(): MemoryInvitations {
  return { shelves: new Map(), refusals: new Map() };
}

/** Invitations in this process: for development and tests. The reference for what the other stores must do. */
export function createMemoryInvitationStore(parts: {
  readonly clock: Clock;
  readonly state?: MemoryInvitations;
}): InvitationStore {
  const { clock, state = emptyMemory() } = parts;
  const { shelves, refusals } = state;

  return Object.freeze({
    async create(record: InvitationRecord) {
      const shelf = shelfOf(record.id);
      if (shelf.record !== null) return false;
      shelf.record = record;
      note(shelf, clock.now(), 'issued');
      return true;
    },
    read: async (ids: readonly string[], plan?: string) => ids.map((id) => standingOf(shelves.get(id), plan)),
    async list({ limit, after }: { readonly limit: number; readonly after?: string }) {
      const newestFirst = [...shelves.values()].flatMap((shelf) => standingOf(shelf) ?? []).sort(byAge);
      const start = after === undefined ? 0 : newestFirst.findIndex(({ record }) => record.id === after) + 1;
      return newestFirst.slice(start, start + limit);
    },
    async edit(record: InvitationRecord, version: number, ledger: LedgerKind) {
      const shelf = shelves.get(record.id);
      if (shelf?.record?.version !== version) return false;
      shelf.record = record;
      note(shelf, clock.now(), ledger);
      return true;
    },
    claim: async (claim: Claim) => claimPlace(shelfOf(claim.id), claim, clock.now()),
    async renew({ id, place, token, leaseSeconds }: Place & { readonly token: string; readonly leaseSeconds: number }) {
      const shelf = shelfOf(id);
      const seat = claimUnder(shelf, place, token);
      if (seat !== null) shelf.places.set(place, { ...seat, until: clock.now() + leaseSeconds * 1000 });
      return seat !== null;
    },
    async commit({ id, place, plan, user }: Place & { readonly plan: string; readonly user: string }) {
      const shelf = shelfOf(id);
      const present = shelf.places.get(place);
      if (present?.is === 'redeemed' && present.plan === plan) return;
      // What else this plan had claimed it does not need.
      const other = shelf.plans.get(plan);
      if (other !== undefined) vacate(shelf, other);
      shelf.places.set(place, { is: 'redeemed', plan, user });
      shelf.plans.set(plan, place);
      note(shelf, clock.now(), 'redeemed', { place, user });
    },
    async release({ id, place, token }: Place & { readonly token: string }) {
      const shelf = shelfOf(id);
      if (claimUnder(shelf, place, token) === null) return false;
      vacate(shelf, place);
      note(shelf, clock.now(), 'released', { place });
      return true;
    },
    lapsed: async (id: string) => lapsedOf(shelfOf(id), clock.now()),
    ledger: async (id: string) => [...shelfOf(id).ledger],
    async refused(reference: string, cause: string, id: string | null, at: number) {
      refusals.set(reference, { cause, id, at });
      for (const oldest of refusals.keys()) {
        if (refusals.size <= keptRefusals) break;
        refusals.delete(oldest);
      }
    },
    explain: async (reference: string) => refusals.get(reference) ?? null,
  });

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

function claimPlace(shelf: Shelf, { plan, leaseSeconds }: Claim, now: number): ClaimAnswer {
  const own = seatOf(shelf, plan);
  if (own?.seat.is === 'redeemed') return { is: 'redeemed', place: own.place, user: own.seat.user };
  const { record } = shelf;
  if (record === null) return { is: 'refused', cause: 'unknown' };
  if (own?.seat.is === 'claimed' && own.seat.until > now) return take(record, own.place);
  if (record.revokedAt !== null) return { is: 'refused', cause: 'revoked' };
  if (record.notBefore !== null && now < record.notBefore) return { is: 'refused', cause: 'not_yet' };
  if (record.expires !== null && now >= record.expires) return { is: 'refused', cause: 'expired' };
  if (own !== null) return take(record, own.place);
  if (record.max === null) return take(record, `@${plan}`);
  if (shelf.places.size < record.max) return take(record, smallestFree(shelf));
  const lapsed = lapsedOf(shelf, now);
  if (lapsed.length > 0) return { is: 'settle', lapsed };
  return { is: 'refused', cause: countSeats(shelf, now).redeemed >= record.max ? 'used_up' : 'held' };

  function take(record: InvitationRecord, place: string): ClaimAnswer {
    const token = randomToken(9);
    shelf.places.set(place, { is: 'claimed', plan, token, until: now + leaseSeconds * 1000 });
    shelf.plans.set(plan, place);
    if (own === null) note(shelf, now, 'claimed', { place });
    return { is: 'claimed', place, token, record };
  }
}

function lapsedOf(shelf: Shelf, now: number): readonly LapsedClaim[] {
  const found: LapsedClaim[] = [];
  for (const [place, seat] of shelf.places) {
    if (seat.is === 'claimed' && seat.until <= now && found.length < lapsedAtOnce)
      found.push({ place, token: seat.token, plan: seat.plan });
  }
  return found;
}

function byAge(a: Standing, b: Standing): number {
  return b.record.createdAt - a.record.createdAt || (a.record.id < b.record.id ? 1 : -1);
}
