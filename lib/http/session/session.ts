import type { Request, RequestHandler } from 'express';
import expressSession from 'express-session';
import { isPromise, type Awaitable } from '../../base/awaitable.js';
import type { EnrollmentClock } from '../../base/clock.js';
import { EnrollmentError, storeAway } from '../../base/error.js';
import { createTokens } from '../../base/ids.js';
import type { Site } from '../../base/target.js';
import type { SessionClient } from '../../ports/session-client.js';
import { setRetryAfter } from '../failure.js';
import { sessionLifetime, type SessionSettings } from './session-settings.js';
import { SessionStore } from './session-store.js';

interface SessionParts {
  readonly site: Site;
  /** The first signs, all verify. */
  readonly secrets: readonly string[];
  readonly clock: EnrollmentClock;
  readonly sessions: { readonly client: SessionClient; readonly prefix: string };
  /** Called with each session that was loaded, before other middleware reads it. */
  check(req: Request): Awaitable<void>;
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
export function createSessions({ site, secrets, clock, sessions, check }: SessionParts): Sessions {
  const failures = new WeakMap<Request, unknown>();
  const name = site.secure ? '__Host-enrollment.sid' : 'enrollment.sid';
  // A proxy may have removed the mount's path.
  const ours = ['/if/flow/', '/flows/-/'].flatMap((path) => [site.mount + path, path]);

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

    const cookieStart = `${name}=`;

    return (req, res, next) => {
      if (isOwnSession(req)) return next();
      if (!isUnusedSession(req) && isPresent(req.session)) return next(anotherSession());
      if (!(req.headers.cookie ?? '').includes(cookieStart)) {
        // Without a cookie express-session works synchronously and accesses no store.
        lazySession(req, () => {
          session(req, res, () => undefined);
        });
        return next();
      }
      promptSession(req);
      session(req, res, (error?: unknown) => {
        if (error === undefined || error === null) {
          const checked = check(req);
          if (!isPromise(checked)) return next();
          checked.then(() => {
            next();
          }, next);
          return;
        }
        failures.set(req, error);
        if (ours.some((path) => req.originalUrl.startsWith(path))) next();
        else {
          const away = storeAway('the session store', error);
          setRetryAfter(res, away);
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

/** Shared by all copies of the package in a process: the middleware of one may run before that of another. */
const key = Symbol.for('express-enrollment.session');

interface SessionState {
  /** The request itself; middleware may work on an object derived from it (`Object.create(req)`). */
  readonly owner: Request;
  /** Creates the session; `null`: it was loaded at once. */
  readonly wake: (() => void) | null;
  unused: boolean;
  woken: boolean;
}

/** One property with all of the state: each property that a request gets is a cost that Node repeats for every request. */
interface Marked {
  [key]?: SessionState;
}

const unused: PropertyDescriptor & ThisType<Request & Marked> = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: Request & Marked): unknown {
    const state = this[key];
    if (state === undefined) return undefined;
    settle(state);
    state.woken = true;
    state.wake?.();
    return state.owner.session;
  },
  set(this: Request & Marked, value: unknown) {
    const state = this[key];
    if (state === undefined) return;
    settle(state);
    Object.assign(state.owner, { session: value });
  },
});

function settle(state: SessionState): void {
  state.unused = false;
  Object.defineProperty(state.owner, 'session', plain);
}

const plain: PropertyDescriptor = Object.freeze({
  configurable: true,
  enumerable: true,
  writable: true,
  value: undefined,
});

/**
 * Defers creating a session until `req.session` is read. A visitor without a session cookie needs no session to read a
 * page, and creating one costs more than rendering the page. `wake` must set `req.session` before it returns.
 */
export function lazySession(req: Request, wake: () => void): void {
  const marked: Request & Marked = req;
  marked[key] = { owner: req, wake, unused: true, woken: false };
  Object.defineProperty(req, 'session', unused);
}

/** Marks a request whose session is loaded at once. */
function promptSession(req: Request): void {
  const marked: Request & Marked = req;
  marked[key] = { owner: req, wake: null, unused: false, woken: false };
}

/** True when `enrollment.session()` has run for this request. */
export function isOwnSession(req: Request): boolean {
  return key in req;
}

/** True while no code has read the session: no user is signed in. */
export function isUnusedSession(req: Request): boolean {
  const marked: Request & Marked = req;
  const state = marked[key];
  if (state?.unused !== true) return false;
  // Other middleware may have defined the property anew.
  return Object.getOwnPropertyDescriptor(state.owner, 'session')?.get !== undefined;
}

/**
 * True when the session was created for this request: its id has never left the server, so session fixation is
 * impossible and the id needs no rotation.
 */
export function isNewSession(req: Request): boolean {
  const marked: Request & Marked = req;
  return marked[key]?.woken === true || isUnusedSession(req);
}
