import type { Keyring } from '../base/keyring.js';
import { createAuthSession, type AuthSession } from '../http/login/auth-session.js';
import { createRecentSignIn, type RecentSignIn } from '../http/login/recent-sign-in.js';
import { unrecordedSessions } from '../http/login/unrecorded-sessions.js';
import type { Sessions } from '../http/session/session.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { WarnOnce } from '../options/warnings.js';
import type { Login } from '../ports/login.js';
import type { SessionsService, UserSessions } from '../ports/user-sessions.js';
import type { Stores } from '../stores/stores.js';
import { absentLogin } from './absent-parts.js';
import type { Enrollment } from './enrollment.js';
import { composeRecordedSessions, composeSessions, composeSessionsService, composeUserSessions } from './sessions.js';
import type { ComposedUsers } from './users.js';

/** The login, and the sessions that it makes. */
export interface ComposedSignIn<User> {
  readonly login: Login<User>;
  readonly authSession: AuthSession;
  /** `null`: nothing requires a recent sign-in. */
  readonly recent: RecentSignIn | null;
  /** To be called once a user has signed in. Never rejects. */
  signedIn(userId: string): Promise<void>;
  readonly sessions: Sessions;
  readonly checkSession: Enrollment<User>['checkSession'];
  /** The sessions of users, for stages and for the app. */
  readonly sessionsService: SessionsService;
  readonly userSessions: UserSessions;
}

export function composeSignIn<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: Pick<ComposedUsers<User>, 'users' | 'known'> & {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly warnOnce: WarnOnce;
    /** Ends the tickets of a user that only somebody who cannot sign in needs. */
    endTickets(userId: string): Promise<void>;
  },
): ComposedSignIn<User> {
  const { stores, keyring, warnOnce, users, known, endTickets } = parts;
  const { site, logger: log, clock } = config;
  const registry = stores.sessionRegistry;
  const { recorded, sessionCheck } = composeRecordedSessions(config, { stores, users, keyring, warnOnce });
  const login: Login<User> =
    typeof config.login === 'function'
      ? config.login(users, known === null ? unrecordedSessions<User>() : sessionCheck.watch(recorded))
      : (config.login ?? absentLogin<User>());
  // Only sources need a recent sign-in.
  const recent = config.sources.length === 0 ? null : createRecentSignIn(site, keyring, clock);
  const signedIn = (userId: string): Promise<void> =>
    endTickets(userId).catch((error: unknown) => {
      log.warn({ err: error, user: userId }, 'the tickets of a user who signed in could not be ended');
    });
  const authSession = createAuthSession({ login, users, registry, sessions: recorded, recent, signedIn });
  const sessionParts = { recorded, registry, authSession };
  return {
    login,
    authSession,
    recent,
    signedIn,
    sessions: composeSessions(config, { stores, keyring, check: sessionCheck.apply }),
    checkSession: () => sessionCheck.middleware(),
    sessionsService: composeSessionsService(sessionParts),
    userSessions: composeUserSessions(sessionParts),
  };
}
