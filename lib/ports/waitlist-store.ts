import type { JsonObject } from '../base/json.js';
import type { LimitAnswer } from './limits.js';

/**
 * `waiting` no decision yet · `approved` an invitation is being created, or was returned to the approver · `sent` its
 * message was sent · `failed` sending it threw · `refused` · `joined` the person has an account.
 */
export type WaitlistState = 'waiting' | 'approved' | 'sent' | 'failed' | 'refused' | 'joined';

/** One address on the waitlist. Instants are milliseconds since 1970. */
export interface WaitlistEntry {
  /** A keyed hash of address and tenant: two requests are one entry, and the id does not reveal the address. */
  readonly id: string;
  /** Increases by one with each change. */
  readonly version: number;
  /** The position: a number that grows with each new entry and is never reused. */
  readonly place: number;
  /** In its canonical form. It is stored unhashed, because the invitation is sent there. */
  readonly email: string;
  readonly tenant: string | null;
  /** A language tag, for the message. */
  readonly locale: string;
  /** The form's answers in addition to the address; at most 4 kB as JSON. */
  readonly answers: JsonObject;
  readonly askedAt: number;
  readonly state: WaitlistState;
  readonly decidedAt: number | null;
  /** Who decided, as a free text. */
  readonly by: string | null;
  /** The invitation that was last created for it. */
  readonly invitation: string | null;
  /** Earlier invitations, newest last; 20 at most. */
  readonly earlier: readonly string[];
  /** How often sending was started. */
  readonly attempts: number;
  readonly sentAt: number | null;
  /** Name and `code` of the error of the last failed attempt, e.g. `Error EENVELOPE`; never its message. */
  readonly lastError: string | null;
  /** Until when a caller may create or send its invitation. Past and not null: that caller never finished. */
  readonly busyUntil: number | null;
}

/** Left out: all tenants. `null`: the entries without one. */
export interface WaitlistQuery {
  readonly state?: WaitlistState;
  readonly tenant?: string | null;
}

/** Stores the waitlist. Every function is atomic; only `add` creates an entry, and only `remove` deletes one. */
export interface WaitlistStore {
  /**
   * Adds an entry at the end, unless one of `ids` exists (the entry's own id under every secret, newest first); returns
   * the existing one then.
   */
  add(
    entry: Omit<WaitlistEntry, 'place'>,
    ids: readonly string[],
  ): Promise<{ readonly added: boolean; readonly entry: WaitlistEntry }>;
  /** One result per id, in order. */
  read(ids: readonly string[]): Promise<readonly (WaitlistEntry | null)[]>;
  /** The entry that this invitation was created for, as its last one or before. */
  byInvitation(id: string): Promise<WaitlistEntry | null>;
  /** By position; `after` is the last position of the previous page. The time does not grow with the list. */
  list(query: WaitlistQuery & { readonly limit: number; readonly after?: number }): Promise<readonly WaitlistEntry[]>;
  count(query: Pick<WaitlistQuery, 'tenant'>): Promise<Readonly<Record<WaitlistState, number>>>;
  /** Replaces `present` with `next` if that version is still stored. Id, position, address and tenant do not change. */
  change(next: WaitlistEntry, present: WaitlistEntry): Promise<boolean>;
  /** Removes `present` and its index entries, if that version is still stored. */
  remove(present: WaitlistEntry): Promise<boolean>;
}

/** A number of requests within a window that starts with the first one. */
export interface AskLimit {
  readonly points: number;
  readonly windowSeconds: number;
}

/** A visitor's request for an invitation. */
interface AskRequest {
  /** In its canonical form. */
  readonly email: string;
  readonly answers: JsonObject;
  readonly tenant: string | null;
  readonly locale: string;
  /** How many requests may name one address; above it nothing is written, and the answer stays the same. */
  readonly perAddress: AskLimit;
}

/** What stages and policies may do with the waitlist: add an address. They learn nothing about its entries. */
export interface WaitlistIntake {
  /** Counts a request of `client`, which is `RequestFacts.address`. */
  count(client: string, limit: AskLimit): Promise<LimitAnswer>;
  /**
   * Returns the same for an address that is new, listed, invited or a member's. @throws ERR_ENROLLMENT_STORE_AWAY (503)
   */
  ask(request: AskRequest): Promise<void>;
}

/** The argument of the option `sendInvitation`. */
export interface InvitationLetter {
  readonly email: string;
  /** Must never be logged. */
  readonly code: string;
  /** The link with the code; `null` where no flow accepts it. */
  readonly url: string | null;
  readonly invitation: string;
  /** Milliseconds since 1970: the first instant at which it is no longer valid; `null`: never. */
  readonly expires: number | null;
  readonly answers: JsonObject;
  readonly locale: string;
  readonly tenant: string | null;
}

/** Sends one message; resolves once it is on its way and throws when it is not. Called once per approval. */
export type SendInvitation = (letter: InvitationLetter) => Promise<unknown>;
