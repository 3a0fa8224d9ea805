import type { Request } from 'express';
import { EnrollmentError, storeAway } from '../../base/error.js';
import type { Web } from '../web.js';

/**
 * Checks the login before anything begins that ends with a sign-in.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when the session store is away
 * @throws ERR_ENROLLMENT_LOGIN when what the login needs is not mounted
 */
export function checkLogin(web: Web, req: Request): void {
  const away = web.sessionAway(req);
  if (away !== undefined) throw storeAway('the session store', away);
  const missing = web.authSession.ready(req);
  if (missing !== null) throw new EnrollmentError('ERR_ENROLLMENT_LOGIN', missing);
}
