import type { Request } from 'express';
import { formOrigin } from '../origin.js';
import { readAttempt } from './attempt.js';
import type { GuardParts } from './guard-parts.js';

type Parts = Pick<GuardParts<unknown>, 'site' | 'development' | 'warnOnce' | 'keyring' | 'clock' | 'cookies'>;

/**
 * True when the browser says that another site has sent the form, by the rule of the flows' forms. Their signature is
 * not here: where the browser hides the origin (`null`), the attempt's cookie must be there, which is never sent along
 * with another site's form (`SameSite=Lax`). What no browser has sent has no origin at all.
 */
export function isForeignForm(parts: Parts, req: Request): boolean {
  const said = formOrigin(parts, req);
  if (said !== 'unknown') return said === 'foreign';
  if (req.headers.origin === undefined) return false;
  return readAttempt(parts.keyring, parts.clock.now(), parts.cookies(null, req).read('attempt')) === null;
}
