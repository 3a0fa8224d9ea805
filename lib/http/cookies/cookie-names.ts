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
  if (slug === null || kind === 'entry')
    return { name: `${site.secure ? '__Host-' : ''}enrollment.${kind}`, path: '/' };
  const name = `enrollment.${kind}.${slug}`;
  if (site.secure) return { name: `__Host-${name}`, path: '/' };
  return { name, path: `${site.mount}/if/flow/${slug}/` };
}
