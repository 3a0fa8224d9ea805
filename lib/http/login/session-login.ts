import { chain } from '../../base/awaitable.js';
import { namesRule, portRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import { isUnusedSession, isNewSession } from '../session/session.js';
import { sessionCookieGone } from '../session/session-cookie.js';
import type { Login, LoginFactory, LoginSessions } from '../../ports/login.js';
import type { UserStore } from '../../ports/user-store.js';
import { unrecordedSessions } from './unrecorded-sessions.js';
import { recordingLogin } from './recording-login.js';
import { pick, saveOnce, sessionOf, settle } from './open-session.js';

export interface SessionLoginSettings {
  /** Session keys that survive signing in, e.g. `['cart']`; default none. Everything else is dropped. */
  readonly carry?: readonly string[];
  /**
   * The store of your own session middleware, so that sessions can be ended outside of its requests too. Default: the
   * store of the latest request.
   */
  readonly store?: object;
}

const check = settingsCheck<SessionLoginSettings>('sessionLogin', (joi) => ({
  carry: namesRule(joi),
  store: portRule(joi, 'get', 'destroy'),
}));

const userKey = 'enrollmentUser';

/** Stores the user's id in the express-session session. Signing in always assigns a new session id. */
export function sessionLogin(settings: SessionLoginSettings = {}): LoginFactory {
  check(settings);
  return <User>(users: UserStore<User>, sessions?: LoginSessions<User>) => {
    if (settings.store !== undefined) sessions?.useStore(settings.store);
    return sessions === undefined
      ? loginOver(users, unrecordedSessions<User>(), settings)
      : recordingLogin(loginOver(users, sessions, settings));
  };
}

function loginOver<User>(
  users: UserStore<User>,
  sessions: LoginSessions<User>,
  settings: SessionLoginSettings,
): Login<User> {
  return {
    current(req) {
      const session = isUnusedSession(req) ? undefined : sessionOf(req);
      const id: unknown = session === undefined ? undefined : Reflect.get(session, userKey);
      if (typeof id !== 'string') return null;
      return chain(users.findById(id), (user) =>
        user === null ? null : chain(sessions.isValid(req, user), (isValid) => (isValid ? user : null)),
      );
    },
    async signIn(req, _res, user, details) {
      const { rememberSeconds } = details;
      if (!isNewSession(req)) {
        const kept = pick(sessionOf(req), settings.carry ?? []);
        await settle((done) => req.session.regenerate(done));
        Object.assign(req.session, kept);
      }
      const session = req.session;
      if (rememberSeconds !== null) session.cookie.maxAge = rememberSeconds * 1000;
      let saving: Promise<void> | null = null;
      const save = (): Promise<void> => {
        Object.assign(session, { [userKey]: users.toProfile(user).id });
        saving ??= saveOnce(session);
        return saving;
      };
      await sessions.begin(req, user, details, save);
      await save();
    },
    async signOut(req, res) {
      if (isUnusedSession(req)) return;
      const gone = sessionCookieGone(req);
      await sessions.forget(req);
      await settle((done) => req.session.destroy(done));
      for (const line of gone) res.append('Set-Cookie', line);
    },
    endOtherSessions: (user, req, options) => sessions.endOthers(user, req, options),
    authenticatedAt: (req) => sessions.authenticatedAt(req),
    reauthenticated: (req, at) => {
      sessions.reauthenticated(req, at);
    },
    ready: (req) =>
      !isUnusedSession(req) && sessionOf(req) === undefined
        ? 'sessionLogin() needs a session: put app.use(enrollment.session()) or your own express-session before the router'
        : null,
  };
}
