import { parse, serialize } from 'cookie';
import type { Request } from 'express';
import type { Site } from '../../base/target.js';
import { cookiePlace, cookieTerms, type CookieKind } from './cookie-terms.js';

/**
 * The kit's cookies for one request and one flow, or for guards. Cookies that are set are collected and sent with the
 * reply.
 */
export interface CookieJar {
  read(kind: CookieKind): string | undefined;
  /** `value` is base64url, a JWE or a message id, so it needs no encoding. `seconds: null` makes a session cookie. */
  set(kind: CookieKind, value: string, seconds: number | null): void;
  clear(kind: CookieKind): void;
  /** `Set-Cookie` lines. */
  lines(): readonly string[];
}

/** A cookie's name, and what follows its value. */
interface KnownCookie {
  readonly name: string;
  readonly ending: string;
}

const none: ReturnType<typeof parse> = Object.freeze({});

/**
 * Creates cookie jars for one site; `slug: null` is for guards. Cookie attributes are computed once per flow.
 * `wholeMount` as in `cookiePlace`.
 */
export function createCookieJars(site: Site, wholeMount = false): (slug: string | null, req: Request) => CookieJar {
  const known = new Map<string | null, Map<CookieKind, KnownCookie>>();

  function cookiesOf(slug: string | null): Map<CookieKind, KnownCookie> {
    const present = known.get(slug);
    if (present !== undefined) return present;
    const made = new Map<CookieKind, KnownCookie>();
    known.set(slug, made);
    return made;
  }

  function cookieOf(kind: CookieKind, slug: string | null, cookies: Map<CookieKind, KnownCookie>): KnownCookie {
    const present = cookies.get(kind);
    if (present !== undefined) return present;
    const { name, path } = cookiePlace(site, kind, slug, wholeMount);
    const ending = serialize(name, '', cookieTerms(site, path)).slice(name.length + 1);
    const made = { name, ending };
    cookies.set(kind, made);
    return made;
  }

  // A request's cookies are read several times.
  let last: { readonly header: string; readonly sent: ReturnType<typeof parse> } | null = null;

  function cookiesIn(header: string | undefined): ReturnType<typeof parse> {
    if (header === undefined) return none;
    if (last?.header !== header) last = { header, sent: parse(header) };
    return last.sent;
  }

  return (slug, req) => {
    const sent = cookiesIn(req.headers.cookie);
    const cookies = cookiesOf(slug);
    const written = new Map<string, string>();
    const set = (kind: CookieKind, value: string, seconds: number | null): void => {
      const { name, ending } = cookieOf(kind, slug, cookies);
      written.set(name, `${name}=${value}${seconds === null ? '' : `; Max-Age=${String(seconds)}`}${ending}`);
    };
    return {
      read: (kind) => {
        const { name } = cookieOf(kind, slug, cookies);
        return Object.hasOwn(sent, name) ? sent[name] : undefined;
      },
      set,
      clear: (kind) => {
        set(kind, '', 0);
      },
      lines: () => [...written.values()],
    };
  };
}
