import { parse, serialize } from 'cookie';
import type { Request } from 'express';
import type { Site } from '../../base/target.js';

export type CookieKind =
  'plan' | 'entry' | 'notice' | 'attempt' | 'locale' | 'mail' | 'link' | 'ticket' | 'problem' | 'query';

interface CookiePlace {
  readonly name: string;
  readonly path: string;
}

/**
 * The path and name prefix of a flow's cookies; with `slug: null`, of the guards' cookies. Guards use the path `/`
 * because their routes belong to the app. The entry link, the chosen language and a kept refusal also use it, because all flows, sources and
 * the app's own signup page share them. On https every name has the `__Host-` prefix, which requires the path `/` even under a mount:
 * no other host of the domain can set such a cookie (RFC 6265bis, 4.1.3). On plain http another host can set it.
 * `wholeMount`: the JSON of flows has addresses of its own, and reads the same cookies there.
 */
export function cookiePlace(site: Site, kind: CookieKind, slug: string | null, wholeMount = false): CookiePlace {
  if (slug === null || kind === 'entry' || kind === 'locale' || kind === 'problem')
    return { name: hostName(site, kind), path: '/' };
  const name = hostName(site, `${kind}.${slug}`);
  return { name, path: site.secure ? '/' : wholeMount ? `${site.mount}/` : `${site.mount}/if/flow/${slug}/` };
}

/**
 * Attributes common to all cookies of the kit. `Lax`, because links and providers send the browser here from other
 * sites.
 */
export function cookieTerms({ secure }: Site, path: string) {
  return { path, httpOnly: true, sameSite: 'lax', secure } as const;
}

/** Cookies of one kind that belong to no flow, with the path `/`. `tag` distinguishes several cookies of one kind. */
interface HostCookies {
  read(req: Request, tag?: string): string | undefined;
  /** The `Set-Cookie` line. */
  line(value: string, seconds: number, tag?: string): string;
  /** The `Set-Cookie` line that deletes the cookie. */
  gone(tag?: string): string;
  /** The tags of the cookies in a request. */
  tags(req: Request): readonly string[];
}

const tagForm = /^[A-Za-z0-9_-]{1,64}$/;

export function hostCookies(site: Site, kind: 'recent' | 'resume' | 'source' | 'factor'): HostCookies {
  const prefix = hostName(site, `${kind}.`);
  const terms = cookieTerms(site, '/');
  const nameOf = (tag: string | undefined): string => (tag === undefined ? hostName(site, kind) : prefix + tag);
  const line = (value: string, seconds: number, tag?: string): string =>
    serialize(nameOf(tag), value, { ...terms, maxAge: seconds });
  return {
    read(req, tag) {
      const sent = parse(req.headers.cookie ?? '');
      const name = nameOf(tag);
      return Object.hasOwn(sent, name) ? sent[name] : undefined;
    },
    line,
    gone: (tag) => line('', 0, tag),
    tags: (req) =>
      Object.keys(parse(req.headers.cookie ?? ''))
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length))
        // Parsing accepts names that cannot be set, and so not be ended either.
        .filter((tag) => tagForm.test(tag)),
  };
}

function hostName({ secure }: Site, name: string): string {
  return `${secure ? '__Host-' : ''}enrollment.${name}`;
}
