import { parse, serialize } from 'cookie';
import type { Request } from 'express';
import type { Site } from '../../base/target.js';

export type CookieKind = 'plan' | 'entry' | 'notice' | 'attempt';

interface CookiePlace {
  readonly name: string;
  readonly path: string;
}

/**
 * Where a flow's cookies live, and with `slug: null` those of guards: their routes are the app's own, so these have the
 * path `/`. So has the entry link, which is one for all flows, sources and the app's own signup page. On https every name
 * has the `__Host-` prefix, which wants the path `/` also under a mount: no other host of the domain can set such a
 * cookie (RFC 6265bis, 4.1.3). On plain http nothing keeps another host from it.
 */
export function cookiePlace(site: Site, kind: CookieKind, slug: string | null): CookiePlace {
  if (slug === null || kind === 'entry') return { name: hostName(site, kind), path: '/' };
  const name = hostName(site, `${kind}.${slug}`);
  return { name, path: site.secure ? '/' : `${site.mount}/if/flow/${slug}/` };
}

/** What every cookie of the kit has in common. `Lax`, because links and providers lead here from other sites. */
export function cookieTerms({ secure }: Site, path: string) {
  return { path, httpOnly: true, sameSite: 'lax', secure } as const;
}

/** Cookies of one kind that belong to no flow, with the path `/`. Where there may be several, `tag` tells them apart. */
interface HostCookies {
  read(req: Request, tag?: string): string | undefined;
  /** The `Set-Cookie` line. */
  line(value: string, seconds: number, tag?: string): string;
  /** The line that ends it. */
  gone(tag?: string): string;
  /** The tags of those that a request brings. */
  tags(req: Request): readonly string[];
}

const tagForm = /^[A-Za-z0-9_-]{1,64}$/;

export function hostCookies(site: Site, kind: 'recent' | 'resume' | 'source'): HostCookies {
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
