import { isLoopback, parseUrl } from './url.js';

/**
 * Where to redirect the visitor. Only this file creates targets, so every target has been checked. It is one of: a flow
 * of the kit, a path on the app's own origin, or an origin that the configuration names.
 */
export type RedirectTarget =
  { readonly flow: string } | { readonly path: string } | { readonly origin: string; readonly path: string };

/** Where the kit is mounted. Links and cookies depend on it. */
export interface Site {
  /** e.g. `https://app.example` */
  readonly origin: string;
  /** `''` or a path that starts with a slash and ends without one, e.g. `/join`. */
  readonly mount: string;
  readonly secure: boolean;
}

const longest = 2048;

/**
 * A checked path on `site`'s own origin, or `null`. Refused: other origins, schemes, `//host`, backslashes, control
 * characters, more than 2,048 characters (as typed or encoded), and paths that normalization turns into one of these
 * (`/.//host`).
 */
export function ownPath(site: Site, typed: unknown): RedirectTarget | null {
  if (typeof typed !== 'string' || typed === '' || typed.length > longest) return null;
  if (/[\u0000-\u0020\u007f\\]/.test(typed) || !typed.startsWith('/')) return null;
  const url = typed.startsWith('//') ? null : parseUrl(typed, site.origin);
  if (url === null) return null;
  const path = url.pathname + url.search + url.hash;
  // Encoding lengthens the path. A path that is accepted here must be accepted again when it is read from a store.
  if (url.origin !== site.origin || path.startsWith('//') || path.length > longest) return null;
  if (/^\/[\\/]|%5c/i.test(url.pathname)) return null;
  return { path };
}

// Whether a text is a path of the app does not depend on where the app is.
const anySite: Site = { origin: 'https://app.invalid', mount: '', secure: true };

/**
 * A path of the app, or an address whose origin is exactly one of `origins`; `null` for anything else. Origins are
 * compared as a whole, never by how a text begins.
 */
export function allowedTarget(typed: unknown, origins: readonly string[]): RedirectTarget | null {
  const own = ownPath(anySite, typed);
  if (own !== null || typeof typed !== 'string') return own;
  if (typed.length > longest || /[\u0000-\u0020\u007f\\]/.test(typed)) return null;
  const url = parseUrl(typed);
  if (url === null || !origins.includes(url.origin) || !isWebOrigin(url.origin)) return null;
  if (url.username + url.password !== '') return null;
  const path = pathWithin({ ...anySite, origin: url.origin }, url.pathname + url.search + url.hash);
  return path === null ? null : { origin: url.origin, path };
}

/** True for an origin that people may be redirected to: https, or http on this machine. It names one host: no `*`. */
export function isWebOrigin(text: string): boolean {
  const url = isOrigin(text) ? parseUrl(text) : null;
  return url !== null && !url.hostname.includes('*') && (url.protocol === 'https:' || isLoopback(url.hostname));
}

/** True for an absolute address that people may be redirected to: https, or http on this machine, without a user. */
export function isWebAddress(text: string): boolean {
  const url = parseUrl(text);
  return url !== null && allowedTarget(text, [url.origin]) !== null;
}

/** A flow of the kit. The caller makes sure that `slug` exists. */
export function flowTarget(slug: string): RedirectTarget {
  return { flow: slug };
}

/**
 * The `Location` of a target. A path is checked again, because it may come from a store. Returns `null` for an invalid
 * one.
 */
export function locationOf(site: Site, target: RedirectTarget): string | null {
  if ('flow' in target) return /^[-a-zA-Z0-9_]+$/.test(target.flow) ? `${site.mount}/if/flow/${target.flow}/` : null;
  if (!('origin' in target)) return pathWithin(site, target.path);
  const path = isOrigin(target.origin) ? pathWithin({ ...site, origin: target.origin }, target.path) : null;
  return path === null ? null : target.origin + path;
}

function pathWithin(site: Site, path: string): string | null {
  const checked = ownPath(site, path);
  return checked !== null && 'path' in checked ? checked.path : null;
}

/** True for scheme, host and port of a web address exactly as `URL.origin` spells them. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && parseUrl(text)?.origin === text;
}

/** True for a valid target that was read from a store. */
export function isTarget(value: unknown): value is RedirectTarget {
  if (typeof value !== 'object' || value === null) return false;
  if ('flow' in value) return typeof value.flow === 'string';
  return (
    'path' in value && typeof value.path === 'string' && (!('origin' in value) || typeof value.origin === 'string')
  );
}
