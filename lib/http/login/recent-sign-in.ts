import type { Request, Response } from 'express';
import type { EnrollmentClock } from '../../base/clock.js';
import type { Keyring } from '../../base/keyring.js';
import type { Site } from '../../base/target.js';
import { hostCookies } from '../cookies/cookie-terms.js';
import { readValue, signValue } from '../cookies/signed-value.js';

/** How long a sign-in counts as recent: ten minutes. */
const format = { purpose: 'recent', seconds: 600 } as const;

/**
 * Records in the browser when a user signed in, for checks that require a recent sign-in, whatever stores the app's
 * sessions. It grants nothing on its own: it counts only together with a session of the same user.
 */
export interface RecentSignIn {
  note(res: Response, userId: string): void;
  /** True when the user signed in here within the last ten minutes. */
  holds(req: Request, userId: string): boolean;
  forget(res: Response): void;
}

export function createRecentSignIn(site: Site, keyring: Keyring, clock: EnrollmentClock): RecentSignIn {
  const cookies = hostCookies(site, 'recent');
  return Object.freeze<RecentSignIn>({
    note(res, userId) {
      const { text } = signValue(keyring, format, userId, '', clock.now());
      res.append('Set-Cookie', cookies.line(text, format.seconds));
    },
    // The body is empty, so dots in a user's id do no harm.
    holds: (req, userId) => readValue(keyring, format, userId, cookies.read(req), clock.now())?.body === '',
    forget(res) {
      res.append('Set-Cookie', cookies.gone());
    },
  });
}
