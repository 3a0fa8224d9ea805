import { parseUrl } from '../../base/url.js';
import type { pageDirectives } from '../../flow/content-security-policy.js';

export type Directive = (typeof pageDirectives)[number];

/** From where the pages' Content-Security-Policy lets a page load. */
export interface AllowedSources {
  /** The address of a page, for relative paths. */
  readonly page: string;
  /** Source expressions of CSP Level 3: origins, origins with a path, `'self'` and `data:`. */
  readonly of: Readonly<Record<Directive, readonly string[]>>;
}

/** True if the browser loads what is at this address. */
export function mayLoad(address: string, directive: Directive, { page, of }: AllowedSources): boolean {
  const url = parseUrl(address, page);
  if (url === null) return false;
  return of[directive].some((source) => {
    if (source.toLowerCase() === "'self'") return url.origin === new URL(page).origin;
    if (source === 'data:') return url.protocol === source;
    const [, scheme = '', host = '', path = ''] = /^(\w+:\/\/)([^/]+)(.*)$/.exec(source) ?? [];
    const isHost = host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host.toLowerCase();
    return `${url.protocol}//` === scheme.toLowerCase() && isHost && isPath(url.pathname, path);
  });
}

/** A path that ends in a slash is a folder, any other one a file. */
function isPath(pathname: string, path: string): boolean {
  return path === '' || path === '/' || (path.endsWith('/') ? pathname.startsWith(path) : pathname === path);
}
