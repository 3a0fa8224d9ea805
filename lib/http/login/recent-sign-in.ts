import { parse, serialize } from 'cookie';
import type { Request, Response } from 'express';
import type { EnrollmentClock } from '../../base/clock.js';
import type { Keyring } from '../../base/keyring.js';
import type { Site } from '../../base/target.js';

/** For how long a sign-in is recent, in seconds. */
const recentSeconds = 600;

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
  const name = `${site.secure ? '__Host-' : ''}enrollment.recent`;
  const terms = { path: '/', httpOnly: true, sameSite: 'lax', secure: site.secure } as const;
  const signed = (userId: string, issued: string): string => `${issued}.${userId}`;

  return Object.freeze<RecentSignIn>({
    note(res, userId) {
      const issued = Math.floor(clock.now() / 1000).toString(36);
      const value = `${issued}.${keyring.sign('recent', signed(userId, issued))}`;
      res.append('Set-Cookie', serialize(name, value, { ...terms, maxAge: recentSeconds }));
    },
    holds(req, userId) {
      const sent = parse(req.headers.cookie ?? '');
      const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
      const [, issued = '', mac = ''] = /^([0-9a-z]{1,9})\.([A-Za-z0-9_-]{22})$/.exec(value ?? '') ?? [];
      const age = clock.now() / 1000 - Number.parseInt(issued, 36);
      return age >= -60 && age <= recentSeconds && keyring.verify('recent', signed(userId, issued), mac);
    },
    forget(res) {
      res.append('Set-Cookie', serialize(name, '', { ...terms, maxAge: 0 }));
    },
  });
}
