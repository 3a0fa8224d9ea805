import type { Request } from 'express';
import type { Session, SessionData } from 'express-session';
import type { UserStore } from '../../ports/user-store.js';
import { isDormant, isNewborn } from '../session/dormant.js';
import { sessionCookieGone } from '../session/session-cookie.js';
import type { Login } from './login.js';

export interface SessionLoginSettings {
  /** Session keys that survive signing in, e.g. `['cart']`; default none. Everything else is dropped. */
  readonly carry?: readonly string[];
}

/** Makes a login once the users are known; what `createEnrollment({ login })` takes. */
export type LoginFactory = <User>(users: UserStore<User>) => Login<User>;

type OpenSession = Session & Partial<SessionData>;

const userKey = 'enrollmentUser';

/** Keeps the user's id in the express-session session. Signing in always gives the browser a new session id. */
export function sessionLogin(settings: SessionLoginSettings = {}): LoginFactory {
  return (users) => ({
    async current(req) {
      const session = isDormant(req) ? undefined : sessionOf(req);
      const id: unknown = session === undefined ? undefined : Reflect.get(session, userKey);
      return typeof id === 'string' ? users.byId(id) : null;
    },
    async signIn(req, _res, user, { rememberSeconds }) {
      if (!isNewborn(req)) {
        const kept = pick(sessionOf(req), settings.carry ?? []);
        await settle((done) => req.session.regenerate(done));
        Object.assign(req.session, kept);
      }
      const session = req.session;
      Object.assign(session, { [userKey]: users.facts(user).id });
      if (rememberSeconds !== null) session.cookie.maxAge = rememberSeconds * 1000;
      await saveOnce(session);
    },
    async signOut(req, res) {
      if (isDormant(req)) return;
      const gone = sessionCookieGone(req);
      await settle((done) => req.session.destroy(done));
      for (const line of gone) res.append('Set-Cookie', line);
    },
    ready: (req) =>
      !isDormant(req) && sessionOf(req) === undefined
        ? 'sessionLogin() needs a session: put app.use(enrollment.session()) or your own express-session before the router'
        : null,
  });
}

/** The request's session, which is absent when no session middleware ran or its store is away. */
export function sessionOf(req: Request): OpenSession | undefined {
  const session: OpenSession | undefined = req.session;
  return session;
}

/** The named keys of a session that are set. */
export function pick(session: OpenSession | undefined, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (session === undefined) return {};
  return Object.fromEntries(
    keys.map((key): [string, unknown] => [key, Reflect.get(session, key)]).filter(([, value]) => value !== undefined),
  );
}

/**
 * Saves a session now. express-session saves a new session again when the response ends, even if nothing has changed
 * since; that second save is left out.
 */
export async function saveOnce(session: OpenSession): Promise<void> {
  await settle((done) => session.save(done));
  const saved = JSON.stringify(session);
  const save = session.save.bind(session);
  Object.defineProperty(session, 'save', {
    configurable: true,
    enumerable: false,
    writable: true,
    value(done?: (error?: unknown) => void) {
      if (JSON.stringify(session) !== saved) return save(done);
      done?.();
      return session;
    },
  });
}

/** Turns a callback of express-session or Passport into a promise. */
export function settle(call: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof Error ? error : new Error('the session could not be saved', { cause: error }));
    });
  });
}
