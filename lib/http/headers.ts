import type { Response } from 'express';
import type { CookieJar } from './cookies/cookie-jar.js';

// No scripts at all; styles and pictures from here. `form-action` lets forms go to our own origin only.
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The headers of every answer. `same-origin` keeps tokens in our URLs from other sites, and still lets the browser
 * send our own `Origin` with a form, which `no-referrer` would turn into `null`.
 */
export const securityHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Cache-Control': 'no-store',
  'Content-Security-Policy': contentSecurityPolicy,
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
});

type Headers = Record<string, string | number | string[]>;

/** Ends a response with a page. */
export function sendPage(
  res: Response,
  status: number,
  html: string,
  jar: CookieJar | null,
  retryAfterSeconds: number | null = null,
): void {
  const headers: Headers = {
    ...securityHeaders,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
  };
  if (retryAfterSeconds !== null) headers['Retry-After'] = String(retryAfterSeconds);
  send(res, status, headers, jar, html);
}

/** Ends a response with 303 See Other: whatever was done is done, the browser goes on by GET (RFC 9110, 15.4.4). */
export function sendTo(res: Response, location: string, jar: CookieJar | null): void {
  send(res, 303, { ...securityHeaders, Location: location, 'Content-Length': 0 }, jar, '');
}

/** Our cookies go out beside those that the app has set. */
function send(res: Response, status: number, headers: Headers, jar: CookieJar | null, body: string): void {
  const lines = jar?.lines() ?? [];
  if (lines.length > 0) headers['Set-Cookie'] = [res.getHeader('Set-Cookie') ?? [], ...lines].flat().map(String);
  res.writeHead(status, headers);
  if (res.req.method === 'HEAD' || body === '') res.end();
  else res.end(body);
}
