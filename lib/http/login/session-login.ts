import { namesRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import { isUnusedSession, isNewSession } from '../session/session.js';
import { sessionCookieGone } from '../session/session-cookie.js';
import type { LoginFactory } from '../../ports/login.js';
import { pick, saveOnce, sessionOf, settle } from './open-session.js';

export interface SessionLoginSettings {
  /** Session keys that survive signing in, e.g. `['cart']`; default none. Everything else is dropped. */
  readonly carry?: readonly string[];
}

const check = settingsCheck<SessionLoginSettings>('sessionLogin', (joi) => ({ carry: namesRule(joi) }));

const userKey = 'enrollmentUser';

/** Stores the user's id in the express-session session. Signing in always assigns a new session id. */
export function sessionLogin(settings: SessionLoginSettings = {}): LoginFactory {
  check(settings);
  return (users) => ({
    current(req) {
      const session = isUnusedSession(req) ? undefined : sessionOf(req);
      const id: unknown = session === undefined ? undefined : Reflect.get(session, userKey);
      return typeof id === 'string' ? users.findById(id) : null;
    },
    async signIn(req, _res, user, { rememberSeconds }) {
      if (!isNewSession(req)) {
        const kept = pick(sessionOf(req), settings.carry ?? []);
        await settle((done) => req.session.regenerate(done));
        Object.assign(req.session, kept);
      }
      const session = req.session;
      Object.assign(session, { [userKey]: users.toProfile(user).id });
      if (rememberSeconds !== null) session.cookie.maxAge = rememberSeconds * 1000;
      await saveOnce(session);
    },
    async signOut(req, res) {
      if (isUnusedSession(req)) return;
      const gone = sessionCookieGone(req);
      await settle((done) => req.session.destroy(done));
      for (const line of gone) res.append('Set-Cookie', line);
    },
    ready: (req) =>
      !isUnusedSession(req) && sessionOf(req) === undefined
        ? 'sessionLogin() needs a session: put app.use(enrollment.session()) or your own express-session before the router'
        : null,
  });
}
