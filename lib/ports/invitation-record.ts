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
  /**
   * The ids of the invitations that it takes the place of: they end once its mail is stored, and before that mail is sent.
   * Left out: there is none that has not ended.
   */
  readonly instead?: readonly string[];
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
