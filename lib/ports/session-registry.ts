import type { Awaitable } from '../base/awaitable.js';

/** A session of a user, as it is recorded at the sign-in. */
export interface RegisteredSession {
  /** A digest of the session's id. It names the session in lists and is no cookie. */
  readonly id: string;
  /**
   * What ends it: the session's id, which the keys of the store have too; encrypted for a session of the app's own
   * middleware.
   */
  readonly handle: string;
  /** True for a session of `enrollment.session()`, false for one of the app's own session middleware. */
  readonly own: boolean;
  /** When the user authenticated, in milliseconds since 1970. */
  readonly signedInAt: number;
  /** When the session has certainly expired, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** How long it lasts without a visit, in seconds; `null`: not known. */
  readonly idleSeconds: number | null;
  /** The browser's `User-Agent`; `null`: it sent none. */
  readonly userAgent: string | null;
  /** The epoch of the evidence that it began with. Left out: an earlier build did not record it. */
  readonly epoch?: number;
  /** The ids that it had before, the latest last. Left out: none. */
  readonly earlier?: readonly string[];
}

/**
 * Which evidence is older than an end is decided by the registry's own epochs, because the clocks of servers differ: an
 * end gets a greater one than all evidence before it.
 *
 * The sessions of each user, for lists and for ending them. It is written at sign-in and sign-out only, keeps at most
 * 100 sessions of a user, and its records expire with the sessions.
 */
export interface SessionRegistry {
  /** For evidence that is given from now on. Asked for before the evidence is verified. */
  epoch(): Awaitable<number>;
  /** For an end, after the change that it belongs to: greater than every epoch until now, whichever server asked. */
  nextEpoch(): Promise<number>;
  /**
   * Records a session, in one step with the check whether the user's evidence of this epoch has ended: `refused` then.
   * Otherwise the sessions beyond the limit, which the caller must end: those that expire first.
   */
  add(userId: string, session: RegisteredSession, epoch: number): Promise<'refused' | readonly RegisteredSession[]>;
  /**
   * Records a session in place of `replaced`, in one step with the check that this one still counts: `refused` if not,
   * or if the evidence has ended. Otherwise all others, which count no more and which the caller must end and remove.
   */
  renew(
    userId: string,
    replaced: string,
    session: RegisteredSession,
    epoch: number,
  ): Promise<'refused' | readonly RegisteredSession[]>;
  /** False where the session was ended, or has expired. */
  isRegistered(userId: string, id: string): Promise<boolean>;
  /** The unexpired sessions, the latest sign-in first. */
  list(userId: string): Promise<readonly RegisteredSession[]>;
  remove(userId: string, ids: readonly string[]): Promise<void>;
  /** From now on, evidence of an epoch before this one signs the user in no more; kept for 25 hours. */
  end(userId: string, epoch: number): Promise<void>;
  /** True when `end` was called with a later epoch. */
  hasEnded(userId: string, epoch: number): Promise<boolean>;
}
