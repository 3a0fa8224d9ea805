import type { Request, RequestHandler } from 'express';
import expressSession from 'express-session';
import { createTokens } from '../../base/ids.js';
import type { EnrollmentClock } from '../../base/clock.js';
import { EnrollmentError, storeAway } from '../../base/error.js';
import type { Site } from '../../base/target.js';
import type { SessionClient } from '../../ports/session-client.js';
import { tellWhenToRetry } from '../failure.js';
import { hasSession, isUnusedSession, lazySession, promptSession } from './lazy-session.js';
import { sessionLifetime, type SessionSettings } from './session-settings.js';
import { SessionStore } from './session-store.js';

interface SessionParts {
  readonly site: Site;
  /** The first signs, all verify. */
  readonly secrets: readonly string[];
  readonly clock: EnrollmentClock;
  readonly sessions: { readonly client: SessionClient; readonly prefix: string };
}

export interface Sessions {
  /** @throws ERR_ENROLLMENT_CONFIG for settings that are none */
  middleware(settings?: SessionSettings): RequestHandler;
  /** The error that made the session unavailable to a request, if any. */
  away(req: Request): unknown;
}

/**
 * express-session with settings for sign-in: a session is stored only if it contains something, no rolling writes,
 * `HttpOnly`, `SameSite=Lax`, and `Secure` with the `__Host-` prefix on https. When the store is away, the kit's own
 * pages still render and report it; the app's other pages get the error, with status 503.
 */
export function createSessions({ site, secrets, clock, sessions }: SessionParts): Sessions {
  const failures = new WeakMap<Request, unknown>();
  const name = site.secure ? '__Host-enrollment.sid' : 'enrollment.sid';
  const ours = `${site.mount}/if/flow/`;

  function middleware(settings?: SessionSettings): RequestHandler {
    const store = new SessionStore({ ...sessions, clock, lifetime: sessionLifetime(settings) });
    const sessionId = createTokens(24);
    const session = expressSession({
      name,
      // As many bits as express-session generates itself, which makes a system call for each id.
      genid: () => sessionId(),
      secret: [...secrets],
      resave: false,
      saveUninitialized: false,
      rolling: false,
      // `Secure` follows baseUrl; behind a TLS proxy only X-Forwarded-Proto reports the connection's own scheme.
      ...(site.secure ? { proxy: true } : {}),
      cookie: { httpOnly: true, sameSite: 'lax', secure: site.secure, path: '/' },
      store,
    });

    return (req, res, next) => {
      if (hasSession(req)) return next();
      if (!isUnusedSession(req) && isPresent(req.session)) return next(anotherSession());
      if (!(req.headers.cookie ?? '').includes(`${name}=`)) {
        // Without a cookie express-session works synchronously and accesses no store.
        lazySession(req, () => {
          session(req, res, () => undefined);
        });
        return next();
      }
      promptSession(req);
      session(req, res, (error?: unknown) => {
        if (error === undefined || error === null) return next();
        failures.set(req, error);
        // A proxy may have removed the mount's path.
        if (req.originalUrl.startsWith(ours) || req.originalUrl.startsWith('/if/flow/')) next();
        else {
          const away = storeAway('the session store', error);
          tellWhenToRetry(res, away);
          next(away);
        }
      });
    };
  }

  return { middleware, away: (req) => failures.get(req) };
}

function isPresent(session: unknown): boolean {
  return session !== undefined && session !== null;
}

/** With two session middlewares a sign-in is stored in one session, and the next request reads the other. */
function anotherSession(): EnrollmentError {
  return new EnrollmentError(
    'ERR_ENROLLMENT_SESSION',
    'another session middleware ran before enrollment.session(): leave enrollment.session() out and keep your own, or remove yours',
  );
}
