import type { OutgoingHttpHeader } from 'node:http';
import type { Response } from 'express';
import type { FormSources } from '../flow/content-security-policy.js';
import type { CookieJar } from './cookies/cookie-jar.js';

// No scripts at all; styles and images from this origin only. `form-action` allows forms to this origin only.
const directives: Readonly<Record<string, string>> = Object.freeze({
  'default-src': "'none'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
});

const contentSecurityPolicy = policyOf(directives);

/** The policy of every page, without what a single page loads. */
export interface PagePolicy {
  readonly text: string;
  /** The policy of a page that loads more from other origins. */
  with(more: FormSources): string;
}

/** Where the kit's own scripts are, and the forms to which they send. */
interface OwnScripts {
  readonly scripts: string;
  readonly forms: string;
}

/** The kit's policy, with the kit's own scripts and what the app loads. */
export function createPagePolicy({
  csp,
  own: kits,
  redirects = [],
}: {
  readonly csp: FormSources | null;
  readonly own: OwnScripts | null;
  /** Origins that the answer to a form may redirect to: browsers compare them with `form-action`. */
  readonly redirects?: readonly string[];
}): PagePolicy {
  const own: FormSources = kits === null ? {} : { scriptSrc: [kits.scripts], connectSrc: [kits.forms] };
  const forms = { ...directives, 'form-action': ["'self'", ...redirects].join(' ') };
  const extended = extend(extend(forms, own), csp ?? {});
  return Object.freeze({ text: policyOf(extended), with: (more: FormSources) => policyOf(extend(extended, more)) });
}

function policyOf(given: Readonly<Record<string, string>>): string {
  return Object.entries(given)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

function extend(base: Readonly<Record<string, string>>, more: FormSources): Readonly<Record<string, string>> {
  const added = Object.entries(more).map(([directive, sources]: [string, readonly string[]]) => {
    const name = directive.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    return [name, [base[name], ...sources].filter(Boolean).join(' ')] as const;
  });
  return { ...base, ...Object.fromEntries(added) };
}

/**
 * The headers of every answer. `same-origin` hides the kit's URLs from other sites, and the browser still sends `Origin`
 * with the kit's forms; `no-referrer` would turn it into `null`.
 */
export const securityHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Cache-Control': 'no-store',
  'Content-Security-Policy': contentSecurityPolicy,
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
});

/** Alternating names and values, as `writeHead` accepts them. */
type Headers = OutgoingHttpHeader[];

const ofEveryAnswer: Readonly<Headers> = Object.entries(securityHeaders).flat();
const ofPages: Readonly<Headers> = [...ofEveryAnswer, 'Content-Type', 'text/html; charset=utf-8'];
const policyAt = ofPages.indexOf('Content-Security-Policy') + 1;
const referrerAt = ofPages.indexOf('Referrer-Policy') + 1;

interface PageHeaders {
  readonly policy: PagePolicy;
  readonly retryAfterSeconds?: number | null;
  /** What this page loads from other origins. */
  readonly more?: FormSources | null;
}

/** The headers of a page at the address of its request. */
function headersOf(res: Response, { policy, retryAfterSeconds = null, more = null }: PageHeaders): Headers {
  const headers = [...ofPages];
  headers[policyAt] = more === null ? policy.text : policy.with(more);
  // A token may be in the query: of a mail's link, of a provider's answer. Not even the app's own pages get it, and the
  // forms of the page keep their `Origin`.
  if (res.req.originalUrl.includes('?')) headers[referrerAt] = 'strict-origin';
  if (retryAfterSeconds !== null) headers.push('Retry-After', String(retryAfterSeconds));
  return headers;
}

/** Ends a response with a page. */
export function sendPage(res: Response, status: number, html: string, jar: CookieJar | null, page: PageHeaders): void {
  const length = Buffer.byteLength(html);
  const headers = headersOf(res, page);
  headers.push('Content-Length', length);
  addCookies(res, headers, jar);
  writeHead(res, status, headers);
  if (res.req.method === 'HEAD') res.end();
  // As Latin-1 a page of ASCII needs a third of the memory on its way to the socket.
  else res.end(html, length === html.length ? 'latin1' : 'utf8');
}

/** Sets the headers and cookies of a page that the app sends by itself. */
export function preparePage(res: Response, jar: CookieJar | null, page: PageHeaders): void {
  const headers = headersOf(res, page);
  addCookies(res, headers, jar);
  for (let at = 0; at < headers.length; at += 2) res.setHeader(String(headers[at]), headers[at + 1] ?? '');
}

/**
 * Ends a response with 303 See Other: the request has been processed, and the browser continues by GET (RFC 9110,
 * 15.4.4). 302 is for clients of authentik.
 */
export function sendTo(res: Response, location: string, jar: CookieJar | null, status: 302 | 303 = 303): void {
  const headers = ofEveryAnswer.concat('Location', location, 'Content-Length', 0);
  addCookies(res, headers, jar);
  writeHead(res, status, headers);
  res.end();
}

/** Ends a response with 204: for a request that must have no effect, such as HEAD or a prefetch. */
export function sendNothing(res: Response): void {
  res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
}

/** The kit's cookies are added to those that the app has set. */
function addCookies(res: Response, headers: Headers, jar: CookieJar | null): void {
  const lines = jar?.lines() ?? [];
  if (lines.length === 0) return;
  const ofApp = res.getHeader('Set-Cookie');
  headers.push('Set-Cookie', ofApp === undefined ? [...lines] : [ofApp, ...lines].flat().map(String));
}

/** Node writes a list fastest; middleware that replaced `writeHead` may accept only a record. */
function writeHead(res: Response, status: number, headers: Headers): void {
  if (!Object.hasOwn(res, 'writeHead')) {
    res.writeHead(status, headers);
    return;
  }
  const record: Record<string, OutgoingHttpHeader> = {};
  for (let at = 0; at < headers.length; at += 2) record[String(headers[at])] = headers[at + 1] ?? '';
  res.writeHead(status, record);
}
