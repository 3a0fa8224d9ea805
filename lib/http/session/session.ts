import type { Request, RequestHandler } from 'express';
import expressSession, { type Store } from 'express-session';
import { storeAway } from '../../base/error.js';
import type { Site } from '../../base/target.js';
import { sleepUntilUsed } from './dormant.js';

export interface SessionParts {
  readonly site: Site;
  /** The first signs, all verify. */
  readonly secrets: readonly string[];
  /** Where sessions live; left out: in memory. */
  readonly store: Store | null;
}

export interface SessionMiddleware {
  readonly handler: RequestHandler;
  /** The error that kept the session away from a request, if one did. */
  away(req: Request): unknown;
}

/** The session's life without a visit, in seconds: 14 days. */
export const sessionSeconds = 14 * 24 * 60 * 60;

/**
 * express-session with settings that suit sign-in: a session only when something is in it, no rolling writes,
 * `HttpOnly`, `SameSite=Lax`, and `Secure` with the `__Host-` prefix on https. When the store is away, our own pages
 * still come, to say so; the app's other pages get the error, with status 503.
 */
export function createSession({ site, secrets, store }: SessionParts): SessionMiddleware {
  const failures = new WeakMap<Request, unknown>();
  const name = site.secure ? '__Host-enrollment.sid' : 'enrollment.sid';
  const session = expressSession({
    name,
    secret: [...secrets],
    resave: false,
    saveUninitialized: false,
    rolling: false,
    // `Secure` follows baseUrl; behind a TLS proxy only X-Forwarded-Proto tells the connection's own scheme.
    ...(site.secure ? { proxy: true } : {}),
    cookie: { httpOnly: true, sameSite: 'lax', secure: site.secure, path: '/' },
    ...(store === null ? {} : { store }),
  });
  const ours = `${site.mount}/if/flow/`;

  return {
    handler: (req, res, next) => {
      if (!(req.headers.cookie ?? '').includes(`${name}=`)) {
        // Without a cookie express-session works synchronously and touches no store.
        sleepUntilUsed(req, () => {
          session(req, res, () => undefined);
        });
        next();
        return;
      }
      session(req, res, (error?: unknown) => {
        if (error === undefined || error === null) {
          next();
          return;
        }
        failures.set(req, error);
        // A proxy may have taken the mount's path off.
        if (req.originalUrl.startsWith(ours) || req.originalUrl.startsWith('/if/flow/')) next();
        else next(storeAway('the session store', error));
      });
    },
    away: (req) => failures.get(req),
  };
}
