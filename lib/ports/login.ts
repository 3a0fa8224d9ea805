import type { Request, Response } from 'express';
import type { UserStore } from './user-store.js';

export interface SignInDetails {
  readonly method: 'enrollment' | 'password' | 'sso' | 'ticket';
  /** How long the sign-in lasts, in seconds; `null`: as long as the session cookie lives. */
  readonly rememberSeconds: number | null;
}

/** Signs users in to the app. Included: `sessionLogin()` and `passportLogin()`. */
export interface Login<User> {
  current(req: Request): Promise<User | null> | User | null;
  /** Must create a new session for the browser, and must have saved it when the promise resolves. */
  signIn(req: Request, res: Response, user: User, details: SignInDetails): Promise<void>;
  signOut?(req: Request, res: Response): Promise<void>;
  /** For flows that change a password. No stage of the kit calls it yet. */
  endOtherSessions?(user: User, req: Request | null): Promise<void>;
  /** A message for the developer when middleware that the login needs is not mounted, else `null`. */
  ready?(req: Request): string | null;
}

/** Creates a login once the user store is known. */
export type LoginFactory = <User>(users: UserStore<User>) => Login<User>;
