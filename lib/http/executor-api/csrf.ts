import { timingSafeEqual } from 'node:crypto';
import { parse, serialize } from 'cookie';
import type { Request } from 'express';
import { readPlanToken, type HeldPlanToken } from '../cookies/plan-token.js';
import type { Web } from '../web.js';
import { csrfCookie, csrfHeader } from './names.js';

type Parts = Pick<Web, 'keyring' | 'clock' | 'cookies' | 'flows' | 'site'>;

/**
 * What the header `X-authentik-CSRF` repeats: a MAC over the enrollment of the browser's plan, so that a cookie which
 * another host planted proves nothing (OWASP, "signed double-submit cookie"). It stays when the plan's token is exchanged.
 */
export function csrfToken(
  { keyring }: Pick<Parts, 'keyring'>,
  slug: string,
  { enrollmentId }: Pick<HeldPlanToken, 'enrollmentId'>,
): string {
  return keyring.sign('csrf', `${slug}.${enrollmentId}`);
}

/**
 * True where the header repeats the cookie, and the cookie is of one of the plans that this browser has: a browser with
 * two flows has one such cookie.
 */
export function hasCsrfToken(web: Parts, req: Request): boolean {
  const kept = csrfCookieOf(req);
  return (
    kept !== undefined && repeatsCsrfCookie(req) && [...web.flows.keys()].some((slug) => isOfPlan(web, req, slug, kept))
  );
}

/** True where the header repeats the cookie. It proves a script that may read the cookie, not which plan it saw. */
export function repeatsCsrfCookie(req: Request): boolean {
  const sent = req.headers[csrfHeader.toLowerCase()];
  const kept = csrfCookieOf(req);
  return typeof sent === 'string' && kept !== undefined && isSame(sent, kept);
}

function isOfPlan({ keyring, clock, cookies }: Parts, req: Request, slug: string, sent: string): boolean {
  const token = readPlanToken(keyring, slug, clock.now(), cookies(slug, req).read('plan'));
  return token !== null && keyring.verify('csrf', `${slug}.${token.enrollmentId}`, sent);
}

export function csrfCookieOf(req: Request): string | undefined {
  const sent = parse(req.headers.cookie ?? '');
  return Object.hasOwn(sent, csrfCookie) ? sent[csrfCookie] : undefined;
}

/** Scripts of the app's own origin read it, so it is not `HttpOnly`. */
export function csrfCookieLine({ site }: Pick<Parts, 'site'>, value: string): string {
  return serialize(csrfCookie, value, { path: '/', sameSite: 'lax', secure: site.secure });
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
