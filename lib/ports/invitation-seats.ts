import type { InvitationRecord } from './invitation-record.js';

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
