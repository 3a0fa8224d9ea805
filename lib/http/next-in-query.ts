import type { Request } from 'express';
import { ownPath, type RedirectTarget } from '../base/target.js';
import { parameterOf } from './query.js';
import type { Web } from './web.js';

/** Where `?next=` of a page that cancels leads afterwards: a path of the app; `null`: to none. */
export function nextInQuery({ site }: Pick<Web, 'site'>, req: Pick<Request, 'url'>): RedirectTarget | null {
  return ownPath(site, parameterOf(req, 'next'));
}
