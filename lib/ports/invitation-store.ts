import type { JsonObject } from '../base/json.js';
import type { RedirectTarget } from '../base/target.js';

/** The record of an invitation, as stored. Instants are milliseconds since 1970. */
export interface InvitationRecord {
  /** Made of the code by a keyed hash, so that a code is found in one look-up and a lost record comes back under the same id. */
  readonly id: string;
  readonly version: number;
  /** The secret that keyed the id; see `Keyring.ids`. */
  readonly keyId: string;
  readonly kind: 'generated' | 'custom';
  /** The code's last characters, for lists. */
  readonly hint: string;
  readonly tenant: string | null;
  readonly label: string;
  /** The only flow that takes it; `null`: every flow. */
  readonly flow: string | null;
  /** How many accounts at most; `null`: any number. */
  readonly max: number | null;
  readonly notBefore: number | null;
  /** The first instant at which it is no longer valid. */
  readonly expires: number | null;
  /** Canonical address, or `@domain`. */
  readonly bound: string | null;
  readonly data: JsonObject;
  readonly redirect: RedirectTarget | null;
  readonly note: string;
  /** Who made it, in the caller's words: a person's name, a program. */
  readonly creator: string | null;
  /** The id of the account that invites: the edge of the invitation tree. `null`: the house itself. */
  readonly inviter: string | null;
  /** How long a seat is kept from the code page on; `null`: a seat is taken only while an account is written. */
  readonly reservationSeconds: number | null;
  /** One seat per person: see `Claim.person`. */
  readonly onePerPerson: boolean;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** The record and its counts at one moment of the store's own clock. */
export interface InvitationSnapshot {
  readonly record: InvitationRecord;
  readonly redeemed: number;
  /** Places kept for people who have not come to the write yet. They need no settling: what lapsed is free. */
  readonly held: number;
  /** Places that are claimed for a write, lapsed leases included: those are not free before somebody settled them. */
  readonly claimed: number;
  /** How many of the claimed seats have lapsed leases. */
  readonly lapsed: number;
  /** What the plan that was asked about has here. */
  readonly own: 'claimed' | 'redeemed' | null;
  readonly now: number;
}

export interface SeatClaim {
  readonly id: string;
  /** The enrollment id. */
  readonly plan: string;
  readonly leaseSeconds: number;
  /** Names a person without telling who it is; another plan of the same person gets no second place of a `onePerPerson` invitation. */
  readonly person?: string | null;
}

/** Why a claim is refused; the true cause. */
export type RefusalCause = 'unknown' | 'revoked' | 'not_yet' | 'expired' | 'used_up' | 'held' | 'already';

/** A claim whose lease ran out before it was committed or released. */
export interface LapsedClaim {
  readonly seat: string;
  readonly token: string;
  readonly plan: string;
}

export type ClaimAnswer =
  /**
   * This plan's seat was committed before; nothing else is looked at. `agoMs` tells how long before, by the store's own
   * clock; `null` where that is not known.
   */
  | { readonly type: 'redeemed'; readonly seat: string; readonly user: string; readonly agoMs: number | null }
  /** A seat is this plan's until the lease ends; asked again, the lease is renewed. `record` is the one in force at that moment. */
  | { readonly type: 'claimed'; readonly seat: string; readonly token: string; readonly record: InvitationRecord }
  /** Leases lapsed, their outcome is unknown: look each up, settle it, and claim again. At most 10 at a time. */
  | { readonly type: 'settle'; readonly lapsed: readonly LapsedClaim[] }
  | { readonly type: 'refused'; readonly cause: RefusalCause };

export type ReservationAnswer = { readonly type: 'held' } | Exclude<ClaimAnswer, { readonly type: 'claimed' }>;

export interface SeatRef {
  readonly id: string;
  readonly seat: string;
}

/** `held`: kept from the code page on. `erased`: a person's name was taken out of it. */
export type LedgerKind =
  'issued' | 'held' | 'claimed' | 'released' | 'redeemed' | 'revoked' | 'restored' | 'extended' | 'edited' | 'erased';

export interface LedgerEntry {
  readonly at: number;
  readonly kind: LedgerKind;
  readonly seat?: string;
  /** Whose account took the seat. */
  readonly user?: string;
  /** Who did it, where an administrator did. */
  readonly by?: string;
}

/** What one place is at the moment. */
export interface InvitationSeat {
  readonly seat: string;
  readonly type: 'held' | 'claimed' | 'redeemed';
  readonly plan: string;
  /** Set when redeemed. */
  readonly user: string | null;
  /** When it was redeemed, or until when it is held or claimed. `null` where it is not known. */
  readonly at: number | null;
}

/** How a person came in. */
export interface AccountOrigin {
  readonly id: string;
  readonly seat: string;
  readonly at: number;
}

/** An erasure that has begun. */
export interface Erasure {
  /** Stands where the person's id stood. */
  readonly tombstone: string;
  /** Only in this tenant's invitations; `null`: in all of them. */
  readonly tenant: string | null;
}

/** Why a code or an invitation was not taken, under the reference that the visitor was told. */
export interface NotedRefusal {
  readonly reference: string;
  readonly cause: string;
  /** The invitation, where there is one. */
  readonly id: string | null;
  readonly at: number;
}

export interface InvitationQuery {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
  readonly tenant?: string;
  readonly inviter?: string;
  /** The beginning of a word of label, address, creator or hint, folded; see `wordsOf`. Sorts by that word. */
  readonly search?: string;
}

export interface InvitationPage {
  /** Fewer than `limit` where entries of the index are of no record any more, or of another tenant. */
  readonly snapshots: readonly InvitationSnapshot[];
  /** `null` at the end. */
  readonly next: string | null;
}

/**
 * Keeps invitations and allots seats. Every function is atomic per invitation, and the store's own clock decides.
 * It does not decide whether an account exists: the unique key in the user store does.
 */
export interface InvitationStore {
  /** False when the id is there already; nothing is changed then. */
  create(record: InvitationRecord, by?: string): Promise<boolean>;
  /** Many at once, one answer each; for one round trip, not for one transaction. */
  createAll(records: readonly InvitationRecord[], by?: string): Promise<readonly boolean[]>;
  /** One answer per id, in order, in one round trip; `own` is told for `plan`. */
  read(ids: readonly string[], plan?: string): Promise<readonly (InvitationSnapshot | null)[]>;
  /** Newest first (but see `search`), in a time that does not grow with the number of invitations. */
  list(query: InvitationQuery): Promise<InvitationPage>;
  /** Replaces the record if the version of `previous` is still current; seats stay. */
  edit(record: InvitationRecord, previous: InvitationRecord, ledger: LedgerKind, by?: string): Promise<boolean>;
  /**
   * In this order: this plan's redeemed seat; this plan's claimed seat while its lease runs (renewed under a new
   * token, whatever the record says now); revoked; this plan's running hold (it outlives `expires`); time; this plan's
   * lapsed seat (renewed); another place of the same person (`already`, `held`, or a lapsed claim to settle); the
   * smallest free seat; where none is free, lapsed claims to settle; `used_up`, or `held` where only running leases
   * and holds are in the way.
   */
  claim(claim: SeatClaim): Promise<ClaimAnswer>;
  /**
   * Like `claim`, but the seat is kept for the record's `reservationSeconds` and nothing is written under it yet. Asked again,
   * the end of a running hold stays as it was. Where the record says no hold, nothing is taken.
   */
  reserve(reserve: Omit<SeatClaim, 'leaseSeconds'>): Promise<ReservationAnswer>;
  /** Ends a hold by its plan; a seat that an account is being written under stays. False when there was none. */
  releaseReservation(id: string, plan: string): Promise<boolean>;
  /** Lengthens a lease that is still held under `token`; false when it is not. */
  renew(seat: SeatRef & { readonly token: string; readonly leaseSeconds: number }): Promise<boolean>;
  /** Marks the seat redeemed by `user`, and the plan's. Never refused: the account exists. False when it was marked so before. */
  commit(seat: SeatRef & { readonly plan: string; readonly user: string }): Promise<boolean>;
  /** Gives the seat back if it is still claimed under `token`: to its hold while that runs, else to everybody. */
  release(seat: SeatRef & { readonly token: string }): Promise<boolean>;
  /** Lapsed claims, 10 at most, whatever the record says: to settle those of a revoked or expired invitation too. */
  lapsed(id: string): Promise<readonly LapsedClaim[]>;
  /** Newest last; about the last 10,000. */
  ledger(id: string): Promise<readonly LedgerEntry[]>;
  /** All seats that are taken, in no order that means anything; about `limit` at a time. */
  seats(
    id: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly seats: readonly InvitationSeat[]; readonly next: string | null }>;
  /** By which invitation an account came in; `null` where none is known. */
  originOf(user: string): Promise<AccountOrigin | null>;
  /**
   * Notes, for a week, that a person is being erased. A seat that was claimed before and is committed later
   * gets the tombstone in place of `user`: that account was written while the person was erased. One that is claimed
   * later is another person's: the app's database reused the id. Comes before `erase`.
   */
  beginErasure(user: string, erasure: Erasure): Promise<void>;
  /** Puts `tombstone` wherever `user` stands in an invitation's seats and ledger, and moves how that person came in. */
  erase(id: string, user: string, tombstone: string): Promise<void>;
  /** Keeps the last 100 refusals under their references, and counts them all. The newest last. */
  refused(refusals: readonly NotedRefusal[]): Promise<void>;
  explain(
    reference: string,
  ): Promise<{ readonly cause: string; readonly id: string | null; readonly at: number } | null>;
}
