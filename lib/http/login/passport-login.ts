import { chain } from '../../base/awaitable.js';
import { namesRule, portRule } from '../../base/setting-rules.js';
import { settingsCheck } from '../../base/settings.js';
import type { UserStore } from '../../ports/user-store.js';
import { sessionCookieGone } from '../session/session-cookie.js';
import type { Login, LoginFactory, LoginSessions } from '../../ports/login.js';
import { recordingLogin } from './recording-login.js';
import { pick, saveOnce, sessionOf, settle } from './open-session.js';
import { unrecordedSessions } from './unrecorded-sessions.js';
import type { SessionLoginSettings } from './session-login.js';

/** What Passport adds to a request. Declared here, so that apps without Passport do not need its types. */
interface PassportRequest<User> {
  readonly user?: User | null;
  readonly logIn?: (user: User, done: (error?: unknown) => void) => void;
  readonly logOut?: (done: (error?: unknown) => void) => void;
}

const check = settingsCheck<SessionLoginSettings>('passportLogin', (joi) => ({
  carry: namesRule(joi),
  store: portRule(joi, 'get', 'destroy'),
}));

/**
 * Signs in through Passport's `req.logIn`, which assigns a new session id and saves the session (Passport 0.6 and
 * later). The app's own `serializeUser` and `deserializeUser` decide what the session contains, and `req.user` must be
 * of the user store's own type.
 */
export function passportLogin(settings: SessionLoginSettings = {}): LoginFactory {
  check(settings);
  return <User>(_users: UserStore<User>, sessions?: LoginSessions<User>): Login<User> => {
    if (settings.store !== undefined) sessions?.useStore(settings.store);
    return sessions === undefined
      ? loginOver(unrecordedSessions<User>(), settings)
      : recordingLogin(loginOver(sessions, settings));
  };
}

function loginOver<User>(sessions: LoginSessions<User>, settings: SessionLoginSettings): Login<User> {
  return {
    current(req) {
      const { user } = passportOf<User>(req);
      if (user === undefined || user === null) return null;
      return chain(sessions.isValid(req, user), (isValid) => (isValid ? user : null));
    },
    async signIn(req, _res, user, details) {
      const { rememberSeconds } = details;
      const kept = pick(sessionOf(req), settings.carry ?? []);
      await settle((done) => passportOf<User>(req).logIn?.call(req, user, done));
      const session = req.session;
      Object.assign(session, kept);
      if (rememberSeconds !== null) session.cookie.maxAge = rememberSeconds * 1000;
      try {
        await sessions.begin(req, user, details);
      } catch (error) {
        // Passport has saved the session with the user.
        await settle((done) => passportOf<User>(req).logOut?.call(req, done));
        throw error;
      }
      await saveOnce(session);
    },
    async signOut(req, res) {
      const gone = sessionCookieGone(req);
      await sessions.forget(req);
      await settle((done) => passportOf<User>(req).logOut?.call(req, done));
      for (const line of gone) res.append('Set-Cookie', line);
    },
    endOtherSessions: (user, req, options) => sessions.endOthers(user, req, options),
    authenticatedAt: (req) => sessions.authenticatedAt(req),
    reauthenticated: (req, at) => {
      sessions.reauthenticated(req, at);
    },
    ready(req) {
      if (sessionOf(req) === undefined)
        return 'passportLogin() needs a session: put express-session and passport.session() before the router';
      return typeof passportOf<User>(req).logIn === 'function'
        ? null
        : 'passportLogin() needs Passport: put app.use(passport.initialize()) and app.use(passport.session()) before the router';
    },
  };
}

/** `object`: if an app also has Passport's types, its `Express.User` must not conflict with the kit's type. */
function passportOf<User>(req: object): PassportRequest<User> {
  return req;
}
