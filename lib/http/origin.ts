import type { Request } from 'express';
import type { Site } from '../base/target.js';

/**
 * True when the browser says that the form was not ours. Headers that are absent say nothing, and `Origin: null`
 * neither: then the step's signature decides (Fetch standard, "append a request Origin header").
 */
export function isForeign(site: Site, req: Request): boolean {
  const fetchSite = req.headers['sec-fetch-site'];
  if (fetchSite === 'cross-site' || fetchSite === 'same-site') return true;
  const { origin } = req.headers;
  return origin !== undefined && origin !== 'null' && origin !== site.origin;
}
