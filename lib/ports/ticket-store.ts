import type { JsonObject } from '../base/json.js';

/**
 * What a ticket is for: the password of a new account (`invite`), a new password (`recovery`), the proof of an address
 * (`verify-email`), another address (`change-email`).
 */
export type TicketPurpose = 'invite' | 'recovery' | 'verify-email' | 'change-email';

/** A one-time link for an existing account, as stored. Instants are milliseconds since 1970. */
export interface TicketRecord {
  /** A keyed digest of the link's secret, which is not stored. */
  readonly id: string;
  /** A keyed digest of the user's id. It is part of the link: all tickets of a user are found together. */
  readonly subject: string;
  readonly purpose: TicketPurpose;
  readonly createdAt: number;
  /** The first instant at which it is no longer valid. */
  readonly expires: number;
  /** What the kit keeps of it. The store does not read it. */
  readonly content: JsonObject;
}

/** Why a ticket ended before it was used or expired. */
export type TicketEnd = 'superseded' | 'revoked' | 'signed_in' | 'password_changed' | 'address_changed' | 'deactivated';

/** A ticket at one moment of the store's own clock. */
export interface TicketSnapshot {
  readonly record: TicketRecord;
  readonly state:
    | { readonly type: 'open' }
    /** Its change is being written, or was when its process died. */
    | { readonly type: 'claimed' }
    | { readonly type: 'used'; readonly plan: string; readonly at: number }
    | { readonly type: 'ended'; readonly cause: TicketEnd; readonly at: number }
    | { readonly type: 'expired' };
  /** A claim whose lease lapsed, also of a ticket that has ended: look for its mark, then commit or release it. */
  readonly lapsed: LapsedTicketClaim | null;
  readonly now: number;
}

export interface LapsedTicketClaim {
  readonly plan: string;
  readonly token: string;
  readonly mark: string;
}

export interface TicketClaim {
  readonly subject: string;
  readonly id: string;
  /** The enrollment id. */
  readonly plan: string;
  readonly leaseSeconds: number;
  /** Tells later whether the write of this claim happened, e.g. a digest of the password hash that it writes. */
  readonly mark: string;
}

export type TicketClaimAnswer =
  /** The ticket belongs to this plan until the lease ends; another claim of the same plan and mark renews it. */
  | { readonly type: 'claimed'; readonly token: string; readonly record: TicketRecord }
  /** It was used; `own`: by this plan. */
  | { readonly type: 'used'; readonly own: boolean; readonly at: number }
  /**
   * The lease of an earlier claim lapsed, or this plan has a running one with another mark: look for its mark, then
   * commit or release it, and claim again.
   */
  | ({ readonly type: 'settle' } & LapsedTicketClaim)
  /** `busy`: another plan's lease is running. */
  | { readonly type: 'refused'; readonly cause: 'unknown' | 'expired' | 'busy' | TicketEnd };

/**
 * Stores tickets. Every function is atomic for one subject, and the store's own clock decides. It does not decide what
 * was written: the user store does.
 */
export interface TicketStore {
  /**
   * Stores a ticket. `supersede`: ends the open ones of the same purpose. A subject has at most 50 tickets: the oldest
   * that is used, ended or expired is removed for a new one, an open or claimed one never. `exists`: the id does already;
   * `full`: all are open. Nothing is changed then.
   */
  create(ticket: TicketRecord, supersede: boolean): Promise<'created' | 'exists' | 'full'>;
  read(subject: string, id: string): Promise<TicketSnapshot | null>;
  /** All of a subject, the newest first. A ticket is kept for 30 days after it expired. */
  list(subject: string): Promise<readonly TicketSnapshot[]>;
  /**
   * Ends tickets that are not used, also claimed ones: their write goes on, and their commit is not refused. Superseded
   * and expired ones end too, for they could be renewed; `superseded` ends open ones only. Returns the ids.
   */
  end(
    subject: string,
    cause: TicketEnd,
    which?: { readonly ids?: readonly string[]; readonly purposes?: readonly TicketPurpose[] },
  ): Promise<readonly string[]>;
  /** Moves the end of an open ticket; false where there is none. */
  extend(subject: string, id: string, expires: number): Promise<boolean>;
  /**
   * Checks in this order: used; this plan's running lease (renewed where it has the same mark, to be settled otherwise);
   * ended; another running lease; a lapsed lease, which must be settled; the time.
   */
  claim(claim: TicketClaim): Promise<TicketClaimAnswer>;
  /** Marks the ticket as used by a plan. Never refused: the write happened. False when it was already marked. */
  commit(subject: string, id: string, plan: string): Promise<boolean>;
  /** Releases a claim that is held under `token`; false when it is not. */
  release(subject: string, id: string, token: string): Promise<boolean>;
  /** Removes everything about a subject. */
  erase(subject: string): Promise<void>;
}
