import { userIdText } from '../base/user-id.js';
import type { AuthSession } from '../http/login/auth-session.js';
import type { Keyring } from '../base/keyring.js';
import { createClientBindings } from '../http/login/client-binding.js';
import { createSessionCheck } from '../http/login/session-check.js';
import { createUserSessions, type RecordedSessions } from '../http/login/user-sessions.js';
import { createSessions, type Sessions } from '../http/session/session.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { WarnOnce } from '../options/warnings.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import type { SessionRegistry } from '../ports/session-registry.js';
import type { SessionsService, UserSessions } from '../ports/user-sessions.js';

interface SessionParts<User> {
  readonly recorded: RecordedSessions<User>;
  readonly registry: SessionRegistry;
  readonly authSession: AuthSession;
}

/** The record of the sessions of users, and the check that Passport does not read those that no longer count. */
export function composeRecordedSessions<User, Data>(
  { clock, logger: log, lookUpAddress }: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly users: UserStore<User>;
    readonly keyring: Keyring;
    readonly warnOnce: WarnOnce;
  },
): { readonly recorded: RecordedSessions<User>; readonly sessionCheck: ReturnType<typeof createSessionCheck<User>> } {
  const { stores, users, keyring, warnOnce } = parts;
  const bindings = createClientBindings({ lookUp: lookUpAddress, log });
  const recorded = createUserSessions({
    registry: stores.sessionRegistry,
    sessions: stores.sessions,
    users,
    keyring,
    clock,
    log,
    bindings,
  });
  return { recorded, sessionCheck: createSessionCheck({ bindings, users, warnOnce }) };
}

/** The session middleware. */
export function composeSessions<User, Data>(
  { site, clock }: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly check: Parameters<typeof createSessions>[0]['check'];
  },
): Sessions {
  const { stores, keyring, check } = parts;
  const secrets = keyring.raw('session').map((key) => Buffer.from(key).toString('base64url'));
  return createSessions({ site, secrets, clock, sessions: stores.sessions, check });
}

/** The sessions of users, for stages. */
export function composeSessionsService<User>({ recorded, registry, authSession }: SessionParts<User>): SessionsService {
  return Object.freeze<SessionsService>({
    list: (userId, current) => recorded.list(userId, current),
    end: (userId, id) => recorded.end(userId, id),
    endAll: (userId) => authSession.endSessions(userId, null),
    endEvidence: (userId) => authSession.endEvidence(userId),
    hasEnded: (userId, epoch) => registry.hasEnded(userId, epoch),
    epoch: () => registry.epoch(),
    nextEpoch: () => registry.nextEpoch(),
  });
}

/** The same for the app. */
export function composeUserSessions<User>({ recorded, authSession }: SessionParts<User>): UserSessions {
  return Object.freeze<UserSessions>({
    list: async (userId, { current } = {}) =>
      recorded.list(userIdText(userId, 'sessions.list'), current === undefined ? null : recorded.idOf(current)),
    end: async (userId, id) => recorded.end(userIdText(userId, 'sessions.end'), id),
    async endAll(userId, { except } = {}) {
      const id = userIdText(userId, 'sessions.endAll');
      // Where the app has written a new password, the session counts no more under its id.
      const keepsId = except !== undefined && (await authSession.isStillSignedIn(except, id));
      await authSession.endSessions(id, except ?? null, { keepsId });
    },
  });
}
