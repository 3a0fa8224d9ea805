import type { Request } from 'express';
import type { Awaitable } from '../base/awaitable.js';

/** A session of a user. */
export interface UserSession {
  /** Names the session in `end`. A digest: it cannot be used as a cookie. */
  readonly id: string;
  /** When the user authenticated, in milliseconds since 1970. */
  readonly signedInAt: number;
  /** The latest request, in milliseconds since 1970; `null`: not known, as with the app's own session middleware. */
  readonly lastSeenAt: number | null;
  /** The browser's `User-Agent`, at most 200 characters; `null`: it sent none. */
  readonly userAgent: string | null;
  /** True for the session of the request that was passed. */
  readonly isCurrent: boolean;
}

/** What stages may do with the sessions of a user. The other sessions of a browser's user end by `endSessions`. */
export interface SessionsService {
  /** The latest sign-in first. `current`: the id of the session that is marked. */
  list(userId: string, current: string | null): Promise<readonly UserSession[]>;
  /** False: the user has no such session. */
  end(userId: string, id: string): Promise<boolean>;
  /** Ends all sessions of a user, and what evidence from before now would allow. */
  endAll(userId: string): Promise<void>;
  /**
   * Sessions stay; evidence of the user from before now signs in no more. For the removal of a connection, an
   * authenticator or an address.
   */
  endEvidence(userId: string): Promise<void>;
  /** True where the user's sessions, or evidence, were ended since: evidence of this epoch counts no more. */
  hasEnded(userId: string, epoch: number): Promise<boolean>;
  /** The epoch of evidence that is given from now on; see `SessionRegistry`. */
  epoch(): Awaitable<number>;
  /** The epoch of an end. */
  nextEpoch(): Promise<number>;
}

/**
 * The sessions of the app's users that began at a sign-in through the kit, in `enrollment.session()` or in the app's
 * own session middleware.
 */
export interface UserSessions {
  /** The latest sign-in first. `current`: the request whose session is marked. */
  list(userId: string, options?: { readonly current?: Request }): Promise<readonly UserSession[]>;
  /** Ends one session at once; the form that began it signs in no more. False: the user has no such session. */
  end(userId: string, id: string): Promise<boolean>;
  /**
   * Ends all sessions of a user at once, except that of the request `except`, which keeps its id, unless the app has
   * written a new password since it began. A flow that the user has begun signs in
   * no more. Call it too when an account is switched off.
   */
  endAll(userId: string, options?: { readonly except?: Request }): Promise<void>;
}
