import type { InvitationRecord, InvitationSnapshot } from './invitation-record.js';
import type {
  AccountOrigin,
  ClaimAnswer,
  Erasure,
  InvitationSeat,
  LapsedClaim,
  ReservationAnswer,
  SeatClaim,
  SeatRef,
} from './invitation-seats.js';
import type { InvitationPage, InvitationQuery, LedgerEntry, LedgerKind, NotedRefusal } from './invitation-lists.js';
import type { OutstandingCeilings, OutstandingReservation } from './outstanding-invitations.js';

export type { InvitationMail, InvitationRecord, InvitationSnapshot } from './invitation-record.js';
export type {
  AccountOrigin,
  ClaimAnswer,
  Erasure,
  InvitationSeat,
  LapsedClaim,
  RefusalCause,
  ReservationAnswer,
  SeatClaim,
  SeatRef,
} from './invitation-seats.js';
export type { InvitationPage, InvitationQuery, LedgerEntry, LedgerKind, NotedRefusal } from './invitation-lists.js';
export type { OutstandingCeilings, OutstandingReservation } from './outstanding-invitations.js';

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
   * place. Returns the ceiling that is reached; `null`: it is counted, or was already: then it no longer
   * ends in favor of another one either. An invitation is outstanding while
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
