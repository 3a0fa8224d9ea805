import type { InvitationSnapshot } from './invitation-record.js';

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

/** Why a code or an invitation was refused, under the reference that the visitor got. */
export interface NotedRefusal {
  readonly reference: string;
  readonly cause: string;
  /** The invitation, where there is one. */
  readonly id: string | null;
  readonly at: number;
}
