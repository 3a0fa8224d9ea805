import type { Request } from 'express';
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

const stampKey = 'enrollmentSession';

/** The stamp of a request's session; `null`: the kit did not sign its user in. */
export function stampOf(req: Request): SessionStamp | null {
  const session = isUnusedSession(req) ? undefined : sessionOf(req);
  const stamp: unknown = session === undefined ? undefined : Reflect.get(session, stampKey);
  return isStamp(stamp) ? stamp : null;
}

export function writeStamp(req: Request, stamp: SessionStamp): void {
  Object.assign(req.session, { [stampKey]: stamp });
}

function isStamp(value: unknown): value is SessionStamp {
  if (typeof value !== 'object' || value === null) return false;
  const [user, at, password]: readonly unknown[] = ['user', 'at', 'password'].map((key): unknown =>
    Reflect.get(value, key),
  );
  return typeof user === 'string' && typeof at === 'number' && (password === null || typeof password === 'number');
}
