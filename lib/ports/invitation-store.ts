import type { JsonObject } from '../base/json.js';
import type { RedirectTarget } from '../base/target.js';

/** What is kept of an invitation that is sent by mail. */
export interface InvitationMail {
  /** The code is derived from it and the app's secret, so that it can be mailed again. Random, and useless alone. */
  readonly seed: string;
  /** A language tag; `null`: the app's default. */
  readonly locale: string | null;
  /** The IANA zone in which the mail says the end. */
  readonly zone: string;
  /** The name of the target app; `null`: the brand. */
  readonly app: string | null;
  /** Further values for the app's own wording. */
  readonly values: Readonly<Record<string, string>>;
  /** How many mails were ordered. */
  readonly ordered: number;
}

/** The record of an invitation, as stored. Instants are milliseconds since 1970. */
export interface InvitationRecord {
  /**
   * Derived from the code by a keyed hash, so that a code is found in one lookup and a lost record is restored under
   * the same id.
   */
  readonly id: string;
  readonly version: number;
  /** The secret that keyed the id; see `Keyring.ids`. */
  readonly keyId: string;
  readonly kind: 'generated' | 'custom';
  /** The code's last characters, for lists. */
  readonly hint: string;
  readonly tenant: string | null;
  readonly label: string;
  /** The only flow that accepts it; `null`: every flow. */
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
  /** Who created it, as a free text: a person's name, a program. */
  readonly creator: string | null;
  /** The id of the inviting account: the edge of the invitation tree. `null`: no user issued it. */
  readonly inviter: string | null;
  /** How long a seat is reserved from the code page on; `null`: a seat is claimed only while an account is written. */
  readonly reservationSeconds: number | null;
  /** One seat per person: see `Claim.person`. */
  readonly onePerPerson: boolean;
  /** `null`: the kit has not mailed it. */
  readonly mail: InvitationMail | null;
  /** The id of the invitation whose code this one's replaces; `null`: none. */
  readonly replaces: string | null;
  /** The id of the invitation that replaced it; `null`: none. */
  readonly replacedBy: string | null;
  readonly createdAt: number;
  readonly revokedAt: number | null;
  /** When the invited person declined it: it is revoked from then on. `null`: they have not. */
  readonly declinedAt: number | null;
}

/** The record and its counts at one moment of the store's own clock. */
export interface InvitationSnapshot {
  readonly record: InvitationRecord;
  readonly redeemed: number;
  /**
   * Seats that are reserved for visitors who have not reached the write. They need no settling: an expired reservation
   * is free.
   */
  readonly held: number;
  /** Seats that are claimed for a write, including lapsed leases: those are not free before they are settled. */
  readonly claimed: number;
  /** How many of the claimed seats have lapsed leases. */
  readonly lapsed: number;
  /** The state of the seat of the plan that was asked about. */
  readonly own: 'claimed' | 'redeemed' | null;
  readonly now: number;
}

export interface SeatClaim {
  readonly id: string;
  /** The enrollment id. */
  readonly plan: string;
  readonly leaseSeconds: number;
  /**
   * Identifies a person without revealing who it is; another plan of the same person gets no second seat of a
   * `onePerPerson` invitation.
   */
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
   * This plan's seat was committed before; nothing else is checked. `agoMs`: how long before, by the store's own clock;
   * `null` where that is not known.
   */
  | { readonly type: 'redeemed'; readonly seat: string; readonly user: string; readonly agoMs: number | null }
  /**
   * The seat belongs to this plan until the lease ends; another claim renews the lease. `record` is the one in force at
   * that moment.
   */
  | { readonly type: 'claimed'; readonly seat: string; readonly token: string; readonly record: InvitationRecord }
  /** Leases lapsed and their outcome is unknown: look each up, settle it, and claim again. At most 10 at a time. */
  | { readonly type: 'settle'; readonly lapsed: readonly LapsedClaim[] }
  | { readonly type: 'refused'; readonly cause: RefusalCause };

export type ReservationAnswer =
  /** `until`: when the reservation ends, by the store's own clock; `null`: no seat is reserved, or one is being written. */
  { readonly type: 'held'; readonly until: number | null } | Exclude<ClaimAnswer, { readonly type: 'claimed' }>;

export interface SeatRef {
  readonly id: string;
  readonly seat: string;
}

/**
 * `held`: reserved from the code page on. `mailed`: a mail was ordered. `reissued`: another invitation replaced it.
 * `declined`: the invited person ended it.
 * `erased`: a person's id was removed.
 */
export type LedgerKind =
  | 'issued'
  | 'mailed'
  | 'held'
  | 'claimed'
  | 'released'
  | 'redeemed'
  | 'revoked'
  | 'declined'
  | 'reissued'
  | 'restored'
  | 'extended'
  | 'edited'
  | 'erased';

export interface LedgerEntry {
  readonly at: number;
  readonly kind: LedgerKind;
  readonly seat?: string;
  /** The user whose account took the seat. */
  readonly user?: string;
  /** The administrator who did it, where one did. */
  readonly by?: string;
}

/** The current state of one seat. */
export interface InvitationSeat {
  readonly seat: string;
  readonly type: 'held' | 'claimed' | 'redeemed';
  readonly plan: string;
  /** Set when redeemed. */
  readonly user: string | null;
  /** When it was redeemed, or until when it is reserved or claimed. `null` where it is not known. */
  readonly at: number | null;
}

/** The invitation that an account came from, or one that it accepted later. */
export interface AccountOrigin {
  readonly id: string;
  readonly seat: string;
  readonly at: number;
}

/** An erasure that is in progress. */
export interface Erasure {
  /** Replaces the person's id. */
  readonly tombstone: string;
  /** Only in invitations of this tenant; `null`: in all of them. */
  readonly tenant: string | null;
}

/** Why a code or an invitation was refused, under the reference that the visitor got. */
export interface NotedRefusal {
  readonly reference: string;
  readonly cause: string;
  /** The invitation, where there is one. */
  readonly id: string | null;
  readonly at: number;
}

export interface InvitationQuery {
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after?: string;
  readonly tenant?: string;
  readonly inviter?: string;
  /**
   * The beginning of a word of label, address, creator or hint, folded; see `wordsOf`. The result is sorted by that
   * word.
   */
  readonly search?: string;
}

export interface InvitationPage {
  /** Fewer than `limit` where entries of the index have no record any more, or belong to another tenant. */
  readonly snapshots: readonly InvitationSnapshot[];
  /** `null` at the end. */
  readonly next: string | null;
}

/** How many mailed invitations may be outstanding at once; `null`: any number. */
export interface OutstandingCeilings {
  readonly perTenant: number | null;
  readonly perInviter: number | null;
  readonly perRecipient: number | null;
}

/** A mailed invitation that is about to be outstanding. */
export interface OutstandingReservation {
  readonly record: InvitationRecord;
  readonly ceilings: OutstandingCeilings;
  /** Ids of invitations that end in its favor: they are not counted. */
  readonly instead: readonly string[];
  /** For how long it counts by itself: until it is created or edited. */
  readonly seconds: number;
}

/**
 * Stores invitations and assigns seats. Every function is atomic per invitation, and the store's own clock decides.
 * It does not decide whether an account exists: the unique key in the user store does.
 */
export interface InvitationStore {
  /** False when the id already exists; nothing is changed then. */
  create(record: InvitationRecord, by?: string): Promise<boolean>;
  /** Creates many at once, with one result each; in one round trip, not in one transaction. */
  createAll(records: readonly InvitationRecord[], by?: string): Promise<readonly boolean[]>;
  /** One result per id, in order, in one round trip; `own` is set for `plan`. */
  read(ids: readonly string[], plan?: string): Promise<readonly (InvitationSnapshot | null)[]>;
  /** Newest first (but see `search`). The time does not grow with the number of invitations. */
  list(query: InvitationQuery): Promise<InvitationPage>;
  /** Replaces the record if the version of `previous` is still current; seats are unchanged. */
  edit(record: InvitationRecord, previous: InvitationRecord, ledger: LedgerKind, by?: string): Promise<boolean>;
  /**
   * Counts a mailed invitation from now on, unless that would exceed a ceiling: of two calls at once, one gets the last
   * place. Returns the ceiling that is reached; `null`: it is counted, or was already. An invitation is outstanding while
   * it has `mail` and is neither revoked, nor expired, nor used up; it is counted within its tenant (`null` is one), and
   * there for its inviter and its address. `create`, `edit` and `commit` keep the counts true.
   */
  reserveOutstanding(reservation: OutstandingReservation): Promise<keyof OutstandingCeilings | null>;
  /**
   * Checks in this order: this plan's redeemed seat; this plan's claimed seat while its lease runs (renewed under a new
   * token, whatever the record says now); revoked; this plan's running reservation (it outlives `expires`); time; this
   * plan's lapsed seat (renewed); another seat of the same person (`already`, `held`, or a lapsed claim to settle); the
   * smallest free seat; where none is free, lapsed claims to settle; `used_up`, or `held` where only running leases and
   * reservations are in the way.
   */
  claim(claim: SeatClaim): Promise<ClaimAnswer>;
  /**
   * Like `claim`, but the seat is reserved for the record's `reservationSeconds` and nothing is written under it yet.
   * Repeated, the end of a running reservation stays the same. Where the record has no `reservationSeconds`, no seat is
   * reserved.
   */
  reserve(reserve: Omit<SeatClaim, 'leaseSeconds'>): Promise<ReservationAnswer>;
  /**
   * Ends a plan's reservation. A seat stays claimed while an account is written under it. False when there was no
   * reservation.
   */
  releaseReservation(id: string, plan: string): Promise<boolean>;
  /** Extends a lease that is still claimed under `token`; false when it is not. */
  renew(seat: SeatRef & { readonly token: string; readonly leaseSeconds: number }): Promise<boolean>;
  /**
   * Marks the seat, and the plan's own entry, as redeemed by `user`. Never refused: the account exists. False when it
   * was already marked. `accepted`: the account was there before the invitation. Its origin stays, and the seat is added
   * to its acceptances.
   */
  commit(
    seat: SeatRef & { readonly plan: string; readonly user: string; readonly accepted?: boolean },
  ): Promise<boolean>;
  /**
   * Releases the seat if it is still claimed under `token`: back to its reservation while that runs, otherwise it is
   * free for everyone.
   */
  release(seat: SeatRef & { readonly token: string }): Promise<boolean>;
  /** At most 10 lapsed claims, of a revoked or expired invitation too. */
  lapsed(id: string): Promise<readonly LapsedClaim[]>;
  /** Newest last; about the last 10,000. */
  ledger(id: string): Promise<readonly LedgerEntry[]>;
  /** All seats that are taken, in no particular order; about `limit` at a time. */
  seats(
    id: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly seats: readonly InvitationSeat[]; readonly next: string | null }>;
  /** The invitation that an account came from; `null` where none is known. */
  originOf(user: string): Promise<AccountOrigin | null>;
  /** The invitations that an existing account accepted, in no particular order. */
  acceptancesOf(user: string): Promise<readonly AccountOrigin[]>;
  /**
   * Records for a week that a person is being erased. A seat that was claimed before and is committed later gets the
   * tombstone instead of `user`: that account was written during the erasure. A seat that is claimed later belongs to
   * another person: the app's database reused the id. Call it before `erase`.
   */
  beginErasure(user: string, erasure: Erasure): Promise<void>;
  /** Replaces `user` with `tombstone` in an invitation's seats and ledger, and moves the origin and the acceptance. */
  erase(id: string, user: string, tombstone: string): Promise<void>;
  /** Keeps the last 100 refusals under their references, and counts them all. The newest is last. */
  refused(refusals: readonly NotedRefusal[]): Promise<void>;
  explain(
    reference: string,
  ): Promise<{ readonly cause: string; readonly id: string | null; readonly at: number } | null>;
}
