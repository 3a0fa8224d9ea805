import type { Request } from 'express';
import { digest128 } from '../../base/ids.js';
import { remembered } from '../../base/remembered.js';
import { isSamePassword } from '../../base/same-password.js';
import type { BoundClient } from './client-binding.js';
import { isUnusedSession } from '../session/session.js';
import { sessionOf } from './open-session.js';

/** What a session says about its sign-in. */
export interface SessionStamp extends BoundClient {
  readonly user: string;
  /** When the user authenticated, in milliseconds since 1970. */
  readonly at: number;
  /** `UserProfile.passwordChangedAt` at that time. */
  readonly password: number | null;
}

interface StoredStamp extends SessionStamp {
  readonly session: string;
}

/** The id of a session in lists, in the registry and in its stamp. Each request of a session asks for it. */
export const idOfSession: (sid: string) => string = remembered(1000, (sid) => digest128(`session ${sid}`));

const stampKey = 'enrollmentSession';

/**
 * The stamp of a request's session; `null`: the kit did not sign its user in. A stamp that was copied from another
 * session says nothing: `req.logIn` of Passport copies with `keepSessionInfo`.
 */
export function stampOf(req: Request): SessionStamp | null {
  const session = isUnusedSession(req) ? undefined : sessionOf(req);
  const stamp: unknown = session === undefined ? undefined : Reflect.get(session, stampKey);
  return isStamp(stamp) && stamp.session === idOfSession(req.sessionID) ? stamp : null;
}

/** False where the password was changed since the session's user signed in. */
export function isOfPassword({ password }: SessionStamp, passwordChangedAt: number | null | undefined): boolean {
  return isSamePassword(password, passwordChangedAt);
}

export function writeStamp(req: Request, stamp: SessionStamp): void {
  Object.assign(req.session, { [stampKey]: { ...stamp, session: idOfSession(req.sessionID) } });
}

function isStamp(value: unknown): value is StoredStamp {
  if (typeof value !== 'object' || value === null) return false;
  const { user, at, password, session }: { readonly [Key in keyof StoredStamp]?: unknown } = value;
  const isPassword = password === null || typeof password === 'number';
  return typeof user === 'string' && typeof at === 'number' && isPassword && typeof session === 'string';
}
