import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';

/**
 * A visitor before a session exists: a random token in a cookie.
 * `v.` is a visitor without stored state; `p.` has entered a valid code and has a plan in Redis under this token.
 * A page for a visitor therefore makes no Redis request.
 */
export type Visit = `${'v' | 'p'}.${string}`;

const inCookies = /(?:^|; )signup=([vp]\.[\w-]{22})(?:;|$)/;

export function readVisit(req: Request): Visit | null {
  const found = inCookies.exec(req.headers.cookie ?? '')?.[1];
  return found === undefined ? null : (found as Visit);
}

export function hasPlan(visit: Visit | null): visit is `p.${string}` {
  return visit !== null && visit.startsWith('p.');
}

export function newVisit(kind: 'v' | 'p'): Visit {
  return `${kind}.${randomBytes(16).toString('base64url')}`;
}

export function keepVisit(res: Response, visit: Visit): void {
  res.setHeader('Set-Cookie', `signup=${visit}; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400`);
}

export function dropVisit(res: Response): void {
  res.setHeader('Set-Cookie', 'signup=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
}

export type Csrf = ReturnType<typeof csrfTokens>;

/** A token bound to the visit's cookie: no state, one MAC to make and one to check. */
export function csrfTokens(secret: string) {
  const mac = (visit: Visit): Buffer => createHmac('sha256', secret).update('csrf\0').update(visit).digest();
  return {
    make: (visit: Visit): string => mac(visit).toString('base64url'),
    holds(visit: Visit, token: string): boolean {
      const given = Buffer.from(token, 'base64url');
      const wanted = mac(visit);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}
