import type { Request } from 'express';
import type { RegisteredSession } from '../../ports/session-registry.js';
import { isOwnSession } from '../session/session.js';

/**
 * How long the record of a session of the app's own middleware is kept, in seconds: 400 days, the longest lifetime of a
 * cookie (RFC 6265bis), because only that middleware knows how long its sessions live.
 */
const longestSeconds = 400 * 24 * 60 * 60;

/** How long the session of a request lives at most. */
export function sessionEnd(req: Request, now: number): Pick<RegisteredSession, 'expiresAt' | 'idleSeconds'> {
  if (!isOwnSession(req)) return { expiresAt: now + longestSeconds * 1000, idleSeconds: null };
  const { maxAge } = req.session.cookie;
  if (typeof maxAge === 'number') return { expiresAt: now + maxAge, idleSeconds: null };
  const lifetime: unknown = Reflect.get(req.sessionStore, 'lifetime');
  const [absoluteSeconds, idleSeconds] = ['absoluteSeconds', 'idleSeconds'].map((name) => numberIn(lifetime, name));
  return { expiresAt: now + (absoluteSeconds ?? longestSeconds) * 1000, idleSeconds: idleSeconds ?? null };
}

function numberIn(record: unknown, name: string): number | undefined {
  const value: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, name) : undefined;
  return typeof value === 'number' ? value : undefined;
}

/**
 * When a session was last used, from the time that it still lives: a visit extends it by its idle lifetime. `null` where
 * its absolute end comes first, or where visits do not extend it.
 */
export function lastSeenAt(
  { idleSeconds, expiresAt }: RegisteredSession,
  remainingMs: number | null,
  now: number,
): number | null {
  if (idleSeconds === null || remainingMs === null) return null;
  const idleMs = idleSeconds * 1000;
  // Lifetimes are stored in whole seconds.
  if (remainingMs > idleMs || now + remainingMs > expiresAt - 2000) return null;
  return now - (idleMs - remainingMs);
}
