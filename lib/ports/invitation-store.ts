import type { JsonObject } from '../base/json.js';
import type { Target } from '../base/target.js';

/** The record of an invitation, as stored. Instants are milliseconds since 1970. */
export interface InvitationRecord {
  /** Made of the code by a keyed hash, so that a code is found in one look-up and a lost record comes back under the same id. */
  readonly id: string;
  readonly version: number;
  /** The secret that keyed the id; see `Keyring.ids`. */
  readonly keyId: string;
  readonly kind: 'generated' | 'word';
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
  readonly redirect: Target | null;
  readonly note: string;
  readonly creator: string | null;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** The record and its counts at one moment of the store's own clock. */
export interface Standing {
  readonly record: InvitationRecord;
  readonly redeemed: number;
  /** Places that are claimed, lapsed leases included: those are not free before somebody settled them. */
  readonly claimed: number;
  /** How many of the claimed places have lapsed leases. */
  readonly lapsed: number;
  /** What the plan that was asked about has here. */
  readonly own: 'claimed' | 'redeemed' | null;
  readonly now: number;
}

export interface Claim {
  readonly id: string;
  /** The enrollment id. */
  readonly plan: string;
  readonly leaseSeconds: number;
}

/** Why a claim is refused; the true cause. */
export type RefusalCause = 'unknown' | 'revoked' | 'not_yet' | 'expired' | 'used_up' | 'held';

/** A claim whose lease ran out before it was committed or released. */
export interface LapsedClaim {
  readonly place: string;
  readonly token: string;
  readonly plan: string;
}

export type ClaimAnswer =
  /** This plan's place was committed before; nothing else is looked at. */
  | { readonly is: 'redeemed'; readonly place: string; readonly user: string }
  /** A place is this plan's until the lease ends; asked again, the lease is renewed. `record` is the one in force at that moment. */
  | { readonly is: 'claimed'; readonly place: string; readonly token: string; readonly record: InvitationRecord }
  /** Leases lapsed, their outcome is unknown: look each up, settle it, and claim again. At most 10 at a time. */
  | { readonly is: 'settle'; readonly lapsed: readonly LapsedClaim[] }
  | { readonly is: 'refused'; readonly cause: RefusalCause };

export interface Place {
  readonly id: string;
  readonly place: string;
}

export type LedgerKind = 'issued' | 'claimed' | 'released' | 'redeemed' | 'revoked' | 'extended';

export interface LedgerEntry {
  readonly at: number;
  readonly kind: LedgerKind;
  readonly place?: string;
  readonly user?: string;
}

/**
 * Keeps invitations and allots places. Every function is atomic per invitation, and the store's own clock decides.
 * It does not decide whether an account exists: the unique key in the user store does.
 */
export interface InvitationStore {
  /** False when the id is there already; nothing is changed then. */
  create(record: InvitationRecord): Promise<boolean>;
  /** One answer per id, in order, in one round trip; `own` is told for `plan`. */
  read(ids: readonly string[], plan?: string): Promise<readonly (Standing | null)[]>;
  /** Newest first, `limit` at most; `after` is the last id of the page before. */
  list(page: { readonly limit: number; readonly after?: string }): Promise<readonly Standing[]>;
  /** Replaces the record if `version` is still current; places stay. */
  edit(record: InvitationRecord, version: number, ledger: LedgerKind): Promise<boolean>;
  /**
   * In this order: this plan's redeemed place; this plan's claimed place while its lease runs (renewed under a new
   * token, whatever the record says now); revoked, time; this plan's lapsed place (renewed); the smallest free place;
   * where none is free, lapsed claims to settle; `used_up`, or `held` where only running leases are in the way.
   */
  claim(claim: Claim): Promise<ClaimAnswer>;
  /** Lengthens a lease that is still held under `token`; false when it is not. */
  renew(place: Place & { readonly token: string; readonly leaseSeconds: number }): Promise<boolean>;
  /** Marks the place redeemed by `user`, and the plan's. Never refused: the account exists. Repeatable. */
  commit(place: Place & { readonly plan: string; readonly user: string }): Promise<void>;
  /** Frees the place if it is still claimed under `token`; false when it is not. */
  release(place: Place & { readonly token: string }): Promise<boolean>;
  /** Lapsed claims, 10 at most, whatever the record says: to settle those of a revoked or expired invitation too. */
  lapsed(id: string): Promise<readonly LapsedClaim[]>;
  /** Newest last. */
  ledger(id: string): Promise<readonly LedgerEntry[]>;
  /** Keeps the last 100 refusals under their references, and counts them. */
  refused(reference: string, cause: string, id: string | null, at: number): Promise<void>;
  explain(
    reference: string,
  ): Promise<{ readonly cause: string; readonly id: string | null; readonly at: number } | null>;
}
