import type { Request } from 'express';
import type { EnrollmentClock } from '../../base/clock.js';
import type { Keyring } from '../../base/keyring.js';
import type { Site } from '../../base/target.js';
import type { RememberedFactor } from '../../flow/facts.js';
import type { FactorToRemember } from '../../flow/outcome.js';
import { hostCookies } from '../cookies/cookie-terms.js';
import { readValue, signValue } from '../cookies/signed-value.js';
import type { Visit } from '../visit.js';

/** The longest time that a setting may ask for; the stage compares its own. */
const format = { purpose: 'second-factor', seconds: 31_536_000 } as const;

interface Parts {
  readonly site: Site;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
}

/** Has the browser remember the second factor of one user. It replaces that of another user. */
export function rememberFactor(
  { web, res }: { readonly web: Parts; readonly res: Visit['res'] },
  { user, mark, seconds }: FactorToRemember,
): void {
  const { text } = signValue(web.keyring, format, user, mark, web.clock.now());
  res.append('Set-Cookie', hostCookies(web.site, 'factor').line(text, seconds));
}

/** What the browser remembers of this user; `null`: nothing that the kit has signed. */
export function readRememberedFactor(
  { site, keyring, clock }: Parts,
  req: Request,
  userId: string,
): RememberedFactor | null {
  const signed = readValue(keyring, format, userId, hostCookies(site, 'factor').read(req), clock.now());
  return signed === null ? null : { mark: signed.body, at: signed.issuedAt };
}
