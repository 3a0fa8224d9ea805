import type { Request } from 'express';
import type { EnrollmentClock } from '../../base/clock.js';
import { EnrollmentError } from '../../base/error.js';
import type { Keyring } from '../../base/keyring.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { LoginSessions, SignInDetails } from '../../ports/login.js';
import type { SessionClient } from '../../ports/session-client.js';
import type { RegisteredSession, SessionRegistry } from '../../ports/session-registry.js';
import type { UserSession } from '../../ports/user-sessions.js';
import type { UserStore } from '../../ports/user-store.js';
import { isUnusedSession } from '../session/session.js';
import { createAppSessionStore } from './app-session-store.js';
import type { ClientBindings } from './client-binding.js';
import { rotateSession, settle } from './open-session.js';
import { createSessionRecords } from './session-records.js';
import { idOfSession, isOfPassword, stampOf, writeStamp, type SessionStamp } from './session-stamp.js';

/** A code by mail is valid for a day at most: more ids of its time are not needed. */
const mostEarlier = 20;

interface UserSessionsParts<User> {
  readonly registry: SessionRegistry;
  /** The sessions of `enrollment.session()`. */
  readonly sessions: { readonly client: SessionClient; readonly prefix: string };
  readonly users: UserStore<User>;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly log: EnrollmentLogger;
  readonly bindings: ClientBindings;
}

/** The sessions of users: recorded at sign-in, forgotten at sign-out, listed and ended in between. */
export interface RecordedSessions<User> extends LoginSessions<User> {
  /** `current`: the id of the session that is marked. */
  list(userId: string, current: string | null): Promise<readonly UserSession[]>;
  /** False: there is no such session. */
  end(userId: string, id: string): Promise<boolean>;
  /**
   * `req`: the request whose session stays, where it is one of the user's; `null`: none. `epoch`: those that began with
   * evidence of it, or a later one, stay as well, such as the one of the second of two clicks.
   */
  endAll(userId: string, req: Request | null, epoch?: number): Promise<void>;
  /** False where the session of a request, or the password of its time, was ended since; true for one without a record. */
  counts(req: Request, user: User): Promise<boolean>;
  /** Signs in with evidence of this epoch, whatever the details say that a login passes to `begin`. */
  withEpoch(req: Request, userId: string, epoch: number, signIn: () => Promise<void>): Promise<void>;
  /** The id of the request's session in lists; `null`: no user signed in with it through the kit. */
  idOf(req: Request): string | null;
  /** True where the request's session counts only for its client. */
  isBound(req: Request): boolean;
  /** True where the session that had this id is still there, under another one. */
  hasRenewed(userId: string, id: string): Promise<boolean>;
  /** How long that session's cookie lasts, in seconds; `null`: until the browser is closed, or the app decides it. */
  rememberedSeconds(userId: string, id: string): Promise<number | null>;
  /** Ends that session: the one of `req`, which began since, goes on in its place. `epoch`: as at its sign-in. */
  replaceRenewed(req: Request, userId: string, id: string, epoch: number): Promise<void>;
}

export function createUserSessions<User>(parts: UserSessionsParts<User>): RecordedSessions<User> {
  const { registry, sessions, users, keyring, clock, log, bindings } = parts;
  const appStore = createAppSessionStore();
  const signingIn = new WeakMap<Request, { readonly userId: string; readonly epoch: number }>();
  const records = createSessionRecords({ sessions, appStore, keyring, clock });

  async function endThese(userId: string, ended: readonly RegisteredSession[]): Promise<void> {
    await Promise.all(ended.map(records.destroy));
    // Forgotten after they are gone: what fails in between is ended by the next try.
    await registry.remove(
      userId,
      ended.map(({ id }) => id),
    );
  }

  async function record(req: Request, stamp: SessionStamp, epoch: number, save?: () => Promise<void>): Promise<void> {
    const adding = registry.add(stamp.user, { ...(await records.recordOf(req, stamp)), epoch }, epoch);
    const over = await (save === undefined ? adding : saveBeside(adding, req, stamp, save));
    if (over === 'refused') throw sessionsEnded();
    if (save === undefined) writeStamp(req, stamp);
    await Promise.all(over.map(records.destroy)).catch((error: unknown) => {
      log.warn({ err: error, user: stamp.user }, 'the oldest session of a user could not be ended');
    });
  }

  /** In one round trip. The browser gets the id of a session only once it is recorded. */
  async function saveBeside(
    adding: ReturnType<SessionRegistry['add']>,
    req: Request,
    stamp: SessionStamp,
    save: () => Promise<void>,
  ): ReturnType<SessionRegistry['add']> {
    writeStamp(req, stamp);
    const [added, saved] = await Promise.allSettled([adding, save()]);
    const isRecorded = added.status === 'fulfilled' && added.value !== 'refused';
    if (!isRecorded) await settle((done) => req.session.destroy(done));
    if (added.status === 'rejected') throw added.reason;
    if (saved.status === 'rejected') throw saved.reason;
    return added.value;
  }

  function idOf(req: Request): string | null {
    appStore.note(req);
    return stampOf(req) === null ? null : idOfSession(req.sessionID);
  }

  async function renewedOf(userId: string, id: string): Promise<RegisteredSession | undefined> {
    return (await registry.list(userId)).find(({ earlier }) => earlier?.includes(id) === true);
  }

  async function endAll(userId: string, req: Request | null, end = Infinity): Promise<void> {
    const kept = req === null || stampOf(req)?.user !== userId ? null : idOf(req);
    await endThese(
      userId,
      (await registry.list(userId)).filter(({ id, epoch = -Infinity }) => id !== kept && epoch < end),
    );
  }

  return Object.freeze<RecordedSessions<User>>({
    useStore: (store) => {
      appStore.use(store);
    },

    async begin(req, user, details: SignInDetails, save) {
      const { authenticatedAt, epoch, networkBinding = 'none', geoBinding = 'none' } = details;
      appStore.note(req);
      const { id, passwordChangedAt = null } = users.toProfile(user);
      const at = authenticatedAt ?? clock.now();
      const bound = await bindings.bind(req, networkBinding, geoBinding);
      const granted = signingIn.get(req);
      const evidence = (granted?.userId === id ? granted.epoch : epoch) ?? (await registry.epoch());
      await record(req, { user: id, at, password: passwordChangedAt, ...bound }, evidence, save);
    },

    isValid(req, user) {
      if (isUnusedSession(req)) return true;
      appStore.note(req);
      const stamp = stampOf(req);
      if (stamp === null) return true;
      const { id, passwordChangedAt } = users.toProfile(user);
      if (stamp.user !== id) return true;
      if (!isOfPassword(stamp, passwordChangedAt)) return false;
      return bindings.holds(req, stamp);
    },

    async forget(req) {
      const stamp = stampOf(req);
      if (stamp === null) return;
      try {
        await registry.remove(stamp.user, [idOfSession(req.sessionID)]);
      } catch (error) {
        // The record of a session that is gone does no harm: lists leave it out.
        log.warn({ err: error, user: stamp.user }, 'a session that ends could not be forgotten');
      }
    },

    async endOthers(user, req, { keepsId = false, epoch: end } = {}) {
      const { id, passwordChangedAt = null } = users.toProfile(user);
      const own = req === null ? null : stampOf(req);
      if (req === null || own?.user !== id) return endAll(id, req, end);
      const before = idOfSession(req.sessionID);
      const epoch = await registry.epoch();
      const former = (await registry.list(id)).find((one) => one.id === before);
      const { earlier = [] } = former ?? {};
      // Of its own evidence, or that of the change: one that is drawn now could be later than an end that is under way.
      const since = keepsId ? former?.epoch : (end ?? former?.epoch);
      const evidence = since === undefined ? {} : { epoch: since };
      if (keepsId) {
        const ended = await registry.renew(
          id,
          before,
          { ...(await records.recordOf(req, own)), ...evidence, earlier },
          epoch,
        );
        if (ended !== 'refused') return endThese(id, ended);
        await settle((done) => req.session.destroy(done));
        throw sessionsEnded();
      }
      const stamp = { ...own, password: passwordChangedAt };
      let others: readonly RegisteredSession[] = [];
      await rotateSession(req, async () => {
        // One that was ended meanwhile must not come back, nor end those of the user who ended it.
        const renamed = [...earlier, before].slice(-mostEarlier);
        const next = { ...(await records.recordOf(req, stamp)), ...evidence, earlier: renamed };
        const ended = await registry.renew(id, before, next, epoch);
        if (ended === 'refused') throw sessionsEnded();
        others = ended;
        writeStamp(req, stamp);
      });
      await endThese(id, others);
    },

    async counts(req, user) {
      const stamp = stampOf(req);
      const { id, passwordChangedAt } = users.toProfile(user);
      if (stamp?.user !== id) return true;
      return isOfPassword(stamp, passwordChangedAt) && registry.isRegistered(id, idOfSession(req.sessionID));
    },

    authenticatedAt: (req) => stampOf(req)?.at ?? null,

    reauthenticated(req, at) {
      const stamp = stampOf(req);
      if (stamp !== null) writeStamp(req, { ...stamp, at });
    },

    async list(userId, current) {
      const found = await Promise.all(
        (await registry.list(userId)).map((session) => records.present(session, current)),
      );
      const gone = found.flatMap((one) => ('gone' in one ? [one.gone] : []));
      if (gone.length > 0) await registry.remove(userId, gone);
      return found.flatMap((one) => ('gone' in one ? [] : [one]));
    },

    async end(userId, id) {
      const session = (await registry.list(userId)).find((one) => one.id === id);
      if (session === undefined) return false;
      // First: the form that began it may be sent again.
      await registry.end(userId, await registry.nextEpoch());
      await endThese(userId, [session]);
      return true;
    },

    async withEpoch(req, userId, epoch, signIn) {
      signingIn.set(req, { userId, epoch });
      try {
        await signIn();
      } finally {
        signingIn.delete(req);
      }
    },

    endAll,
    idOf,
    async hasRenewed(userId, id) {
      const later = await renewedOf(userId, id);
      return later !== undefined && !('gone' in (await records.present(later, null)));
    },
    async rememberedSeconds(userId, id) {
      const { own = false, idleSeconds = null, expiresAt = 0 } = (await renewedOf(userId, id)) ?? {};
      return own && idleSeconds === null ? Math.max(1, Math.round((expiresAt - clock.now()) / 1000)) : null;
    },
    async replaceRenewed(req, userId, id, epoch) {
      const [later, stamp] = [await renewedOf(userId, id), stampOf(req)];
      if (later === undefined || stamp?.user !== userId || later.id === idOf(req)) return;
      const earlier = [...(later.earlier ?? []), later.id].slice(-mostEarlier);
      await registry.add(userId, { ...(await records.recordOf(req, stamp)), epoch, earlier }, epoch);
      await endThese(userId, [later]);
    },
    isBound(req) {
      const { address, network, place } = stampOf(req) ?? {};
      return [address, network, place].some((one) => one !== undefined);
    },
  });
}

function sessionsEnded(): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_SESSIONS_ENDED', "the user's sessions were ended meanwhile", {
    status: 403,
  });
}
