import type { Request, Response } from 'express';
import type { GeoBinding, NetworkBinding } from './client-binding.js';
import type { UserStore } from './user-store.js';

export interface SignInDetails {
  readonly method: 'enrollment' | 'password' | 'sso' | 'ticket';
  /** How long the sign-in lasts, in seconds; `null`: as long as the session cookie lives. */
  readonly rememberSeconds: number | null;
  /**
   * When the user gave the evidence of who they are, in milliseconds since 1970: in a flow of several pages, earlier
   * than now. Left out: now.
   */
  readonly authenticatedAt?: number;
  /**
   * The epoch of that evidence in the kit's record of sessions, which tells whether it was ended since; the clocks of
   * servers do not. Passed on to `LoginSessions.begin`. Left out: that of the flow that signs in, else now.
   */
  readonly epoch?: number;
  /**
   * The session is valid in the browser's present network only: `network`, the /24 of an IPv4 address and the /64 of an
   * IPv6 address; `address`, the address itself, IPv6 by /64; `asn`, its autonomous system. Left out: `none`.
   */
  readonly networkBinding?: NetworkBinding;
  /** The session is valid on the browser's present `continent`, in its `country` or `city` only. Left out: `none`. */
  readonly geoBinding?: GeoBinding;
}

export interface EndOthersOptions {
  /**
   * True where the session that stays keeps its id. A request that has given no new secret may be sent by two clicks:
   * the second one's browser would be left with an id that is no more. Left out: false.
   */
  readonly keepsId?: boolean;
  /** Sessions that began with evidence of this epoch, or a later one, stay. Left out: all others end. */
  readonly epoch?: number;
}

/** Signs users in to the app. Included: `sessionLogin()` and `passportLogin()`. */
export interface Login<User> {
  current(req: Request): Promise<User | null> | User | null;
  /** Must create a new session for the browser, and must have saved it when the promise resolves. */
  signIn(req: Request, res: Response, user: User, details: SignInDetails): Promise<void>;
  signOut?(req: Request, res: Response): Promise<void>;
  /**
   * Ends the user's sessions, except that of `req`, which gets a new id unless `keepsId` is true. Called after a password
   * was changed, and with `keepsId` where the user only ends the other sessions; `user` is read again after a change.
   * `null`: ends all of them.
   */
  endOtherSessions?(user: User, req: Request | null, options?: EndOthersOptions): Promise<void>;
  /**
   * When the signed-in user authenticated, in milliseconds since 1970. Left out or `null`: not known. A login that
   * implements it records its sessions by `LoginSessions`.
   */
  authenticatedAt?(req: Request): number | null;
  /** Records that the signed-in user has authenticated again, as by the password on the way to a sensitive action. */
  reauthenticated?(req: Request, at: number): void;
  /** A message for the developer when middleware that the login needs is not mounted, else `null`. */
  ready?(req: Request): string | null;
}

/** The kit's record of the sessions that a login keeps in `req.session`. */
export interface LoginSessions<User> {
  /**
   * Records the session of a request whose user signs in, once it has its id and before it is saved. With `save`, it is
   * saved by that function in the same round trip, and destroyed again where it is not recorded.
   * @throws ERR_ENROLLMENT_SESSIONS_ENDED (403) when the user's sessions were ended since `details.epoch`
   */
  begin(req: Request, user: User, details: SignInDetails, save?: () => Promise<void>): Promise<void>;
  /**
   * False where the session no longer counts: the password was changed since, or the client is elsewhere. A promise
   * where the address must be looked up.
   */
  isValid(req: Request, user: User): Promise<boolean> | boolean;
  /** Forgets the session of a request; call it before signing out. */
  forget(req: Request): Promise<void>;
  /** See `Login.endOtherSessions`. */
  endOthers(user: User, req: Request | null, options?: EndOthersOptions): Promise<void>;
  authenticatedAt(req: Request): number | null;
  reauthenticated(req: Request, at: number): void;
  /** Tells the store of the app's own session middleware, for ending sessions without a request. */
  useStore(store: object): void;
}

/**
 * Creates a login once the user store is known. A factory around `sessionLogin()` or `passportLogin()` passes on both
 * arguments; without `sessions`, the sessions of a user cannot be ended.
 */
export type LoginFactory = <User>(users: UserStore<User>, sessions?: LoginSessions<User>) => Login<User>;
