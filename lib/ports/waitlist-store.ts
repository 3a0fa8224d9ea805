import type { JsonObject } from '../base/json.js';
import type { LimitAnswer } from './limits.js';

/**
 * `waiting` no decision yet · `approved` an invitation is being made, or was handed to the approver · `sent` its
 * letter went out · `failed` sending it threw · `refused` · `joined` the person has an account.
 */
export type WaitlistState = 'waiting' | 'approved' | 'sent' | 'failed' | 'refused' | 'joined';

/** One address on the waitlist. Instants are milliseconds since 1970. */
export interface WaitlistEntry {
  /** A keyed hash of address and tenant: asking twice is one entry, and the id does not reveal the address. */
  readonly id: string;
  /** Goes up by one with each change. */
  readonly version: number;
  /** Where it stands: a number that grows with each new entry and is never given again. */
  readonly place: number;
  /** In its canonical form. It is kept as it is, because the invitation is sent there. */
  readonly email: string;
  readonly tenant: string | null;
  /** A language tag, for the letter. */
  readonly locale: string;
  /** What the form asked beside the address; at most 4 kB as JSON. */
  readonly answers: JsonObject;
  readonly askedAt: number;
  readonly state: WaitlistState;
  readonly decidedAt: number | null;
  /** Who decided, in the caller's words. */
  readonly by: string | null;
  /** The invitation that was made last for it. */
  readonly invitation: string | null;
  /** Those that were made before, newest last; 20 at most. */
  readonly earlier: readonly string[];
  /** How often sending was begun. */
  readonly attempts: number;
  readonly sentAt: number | null;
  /** Name and `code` of the error that the last attempt failed with, e.g. `Error EENVELOPE`; never its sentence. */
  readonly lastError: string | null;
  /** Somebody is making or sending its invitation, and has until then. Past and not null: they never finished. */
  readonly busyUntil: number | null;
}

/** Left out: all tenants. `null`: the entries without one. */
export interface WaitlistQuery {
  readonly state?: WaitlistState;
  readonly tenant?: string | null;
}

/** Keeps the waitlist. Every function is atomic; nothing but `add` makes an entry, and nothing but `remove` ends one. */
export interface WaitlistStore {
  /**
   * Adds an entry at the end, unless one of `ids` is there (the entry's own id under every secret, newest first); gives
   * what is there then.
   */
  add(
    entry: Omit<WaitlistEntry, 'place'>,
    ids: readonly string[],
  ): Promise<{ readonly added: boolean; readonly entry: WaitlistEntry }>;
  /** One answer per id, in order. */
  read(ids: readonly string[]): Promise<readonly (WaitlistEntry | null)[]>;
  /** The entry that this invitation was made for, as its last one or before. */
  byInvitation(id: string): Promise<WaitlistEntry | null>;
  /** In the order of their places; `after` is the last place of the page before. The time does not grow with the list. */
  list(query: WaitlistQuery & { readonly limit: number; readonly after?: number }): Promise<readonly WaitlistEntry[]>;
  count(query: Pick<WaitlistQuery, 'tenant'>): Promise<Readonly<Record<WaitlistState, number>>>;
  /**
   * Puts `next` in the place of `present` if that version is still there. Id, place, address and tenant stay as they are.
   */
  change(next: WaitlistEntry, present: WaitlistEntry): Promise<boolean>;
  /** Takes `present` away with all that leads to it, if that version is still there. */
  remove(present: WaitlistEntry): Promise<boolean>;
}

/** So many within a window that starts with the first one. */
export interface AskLimit {
  readonly points: number;
  readonly windowSeconds: number;
}

/** A visitor's wish to be invited. */
interface AskRequest {
  /** In its canonical form. */
  readonly email: string;
  readonly answers: JsonObject;
  readonly tenant: string | null;
  readonly locale: string;
  /** How often one address may be asked for; beyond it nothing is written, and the answer stays the same. */
  readonly perAddress: AskLimit;
}

/** What stages and policies may do with the waitlist: put somebody on it, and learn nothing. */
export interface WaitlistIntake {
  /** Counts a request of `client`, which is `RequestFacts.address`. */
  count(client: string, limit: AskLimit): Promise<LimitAnswer>;
  /** The same answer for an address that is new, listed, invited or a member's. @throws ERR_ENROLLMENT_STORE_AWAY (503) */
  ask(request: AskRequest): Promise<void>;
}

/** What the option `sendInvitation` is given. */
export interface InvitationLetter {
  readonly email: string;
  /** Never to be logged. */
  readonly code: string;
  /** The link that brings the code along; `null` where no flow takes it. */
  readonly url: string | null;
  readonly invitation: string;
  /** Milliseconds since 1970: the first instant at which it is no longer valid; `null`: never. */
  readonly expires: number | null;
  readonly answers: JsonObject;
  readonly locale: string;
  readonly tenant: string | null;
}

/** Sends one letter; resolves once it is on its way and throws when it is not. Called once per approval. */
export type SendInvitation = (letter: InvitationLetter) => Promise<unknown>;
