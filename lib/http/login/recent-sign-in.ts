import type { Request, Response } from 'express';
import type { EnrollmentClock } from '../../base/clock.js';
import type { Keyring } from '../../base/keyring.js';
import type { Site } from '../../base/target.js';
import { hostCookies } from '../cookies/cookie-terms.js';
import { readValue, signValue } from '../cookies/signed-value.js';

/** For how long a sign-in is recent: ten minutes. */
const format = { purpose: 'recent', seconds: 600 } as const;

/**
 * Notes in the browser when somebody signed in, for what asks for a recent sign-in, whatever keeps the app's sessions.
 * By itself it opens nothing: it counts beside a session of the same user only.
 */
export interface RecentSignIn {
  note(res: Response, userId: string): void;
  /** True when the user signed in here within ten minutes. */
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
    // The body is empty, whatever dots are in a user's id.
    holds: (req, userId) => readValue(keyring, format, userId, cookies.read(req), clock.now())?.body === '',
    forget(res) {
      res.append('Set-Cookie', cookies.gone());
    },
  });
}
