import type { Response } from 'express';

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

/** Ends a response with a page. */
export function sendPage(res: Response, status: number, html: string, extra: Readonly<Record<string, string>> = {}): void {
  res.removeHeader('ETag');
  res.writeHead(status, { ...securityHeaders, ...extra, 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(html) });
  res.end(res.req.method === 'HEAD' ? undefined : html);
}

/** Ends a response with 303 See Other: whatever was done is done, the browser goes on by GET (RFC 9110, 15.4.4). */
export function sendTo(res: Response, location: string): void {
  res.writeHead(303, { ...securityHeaders, Location: location, 'Content-Length': 0 });
  res.end();
}
