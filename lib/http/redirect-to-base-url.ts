import type { Request, Response } from 'express';
import { isLoopback, parseUrl } from '../base/url.js';
import { sendTo } from './headers.js';
import type { Web } from './web.js';

/**
 * In development: redirects a page that was opened under another name of this machine (`http://127.0.0.1:3000` if
 * `baseUrl` says `localhost`) to `baseUrl`, because cookies and the callback URLs at providers belong to that name.
 * Another port is not redirected (a test's server, a development proxy), and neither are apps with tenants, which may
 * be distinguished by the host. True when it has answered.
 */
export function redirectToBaseUrl(
  web: Pick<Web, 'site' | 'development' | 'tenant'>,
  req: Request,
  res: Response,
): boolean {
  const { site, development, tenant } = web;
  if (!development || tenant !== null || isForwarded(req)) return false;
  const { protocol, hostname, port } = new URL(site.origin);
  const here = parseUrl(`${protocol}//${req.headers.host ?? ''}`);
  if (here === null || !isThisMachine(here.hostname) || here.hostname === hostname || here.port !== port) return false;
  sendTo(res, site.origin + req.originalUrl, null);
  return true;
}

/** A proxy may have changed the host. */
function isForwarded({ headers }: Request): boolean {
  return ['x-forwarded-host', 'x-forwarded-for', 'forwarded', 'via'].some((name) => headers[name] !== undefined);
}

function isThisMachine(hostname: string): boolean {
  // A server that listens on every address is also opened under these.
  return isLoopback(hostname) || hostname === '0.0.0.0' || hostname === '[::]';
}
