import type { Request } from 'express';
import type { EnrollmentClock } from '../../base/clock.js';
import type { Keyring } from '../../base/keyring.js';
import { sealValue, unsealValue } from '../../base/sealed-value.js';
import type { SessionClient } from '../../ports/session-client.js';
import type { RegisteredSession } from '../../ports/session-registry.js';
import type { UserSession } from '../../ports/user-sessions.js';
import { userAgentOf } from '../user-agent.js';
import { isOwnSession } from '../session/session.js';
import type { AppSessionStore } from './app-session-store.js';
import { lastSeenAt, sessionEnd } from './session-lifetime.js';
import { idOfSession, type SessionStamp } from './session-stamp.js';

const sealedId = { purpose: 'session-id', seconds: null } as const;

/** Registered sessions and the stores that they are in: those of `enrollment.session()`, or the app's own. */
interface SessionRecords {
  /** The session of a request, for the registry. */
  recordOf(req: Request, stamp: SessionStamp): Promise<RegisteredSession>;
  /** Removes it from its store. */
  destroy(session: RegisteredSession): Promise<void>;
  /** As it is listed; `gone`: its store has it no more. `current`: the id of the session that is marked. */
  present(session: RegisteredSession, current: string | null): Promise<UserSession | { readonly gone: string }>;
}

export function createSessionRecords(parts: {
  readonly sessions: { readonly client: SessionClient; readonly prefix: string };
  readonly appStore: AppSessionStore;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
}): SessionRecords {
  const { sessions, appStore, keyring, clock } = parts;
  const keyOf = (sid: string): string => sessions.prefix + sid;

  /** `null` where the secret that encrypted it was dropped: its cookie is not accepted either. */
  async function sidOf({ handle, own }: RegisteredSession): Promise<string | null> {
    if (own) return handle;
    const sid = (await unsealValue(keyring, sealedId, handle, clock.now()))?.['sid'];
    return typeof sid === 'string' ? sid : null;
  }

  return Object.freeze<SessionRecords>({
    async recordOf(req, stamp) {
      const sid = req.sessionID;
      const now = clock.now();
      const own = isOwnSession(req);
      return {
        id: idOfSession(sid),
        handle: own ? sid : await sealValue(keyring, sealedId, { sid }, now),
        own,
        signedInAt: stamp.at,
        ...sessionEnd(req, now),
        userAgent: userAgentOf(req),
      };
    },

    async destroy(session) {
      const sid = await sidOf(session);
      if (sid === null) return;
      if (session.own) await sessions.client.del([keyOf(sid)]);
      else await appStore.destroy(sid);
    },

    async present(session, current) {
      const { id, signedInAt, userAgent, own } = session;
      const sid = await sidOf(session);
      const remaining = sid !== null && own ? await sessions.client.remaining(keyOf(sid)) : null;
      if (sid === null || (own ? remaining === null : !(await appStore.has(sid)))) return { gone: id };
      return {
        id,
        signedInAt,
        userAgent,
        lastSeenAt: id === current ? clock.now() : lastSeenAt(session, remaining, clock.now()),
        isCurrent: id === current,
      };
    },
  });
}
