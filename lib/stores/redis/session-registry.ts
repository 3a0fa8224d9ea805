import type { EnrollmentClock } from '../../base/clock.js';
import { digest128 } from '../../base/ids.js';
import { isJsonObject } from '../../base/json.js';
import type { RegisteredSession, SessionRegistry } from '../../ports/session-registry.js';
import { sessionLimits } from '../limits.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';
import { createSessionEpochs } from './session-epochs.js';

/** The sessions of users in Redis: one command for a sign-in and one for a sign-out. */
export function createRedisSessionRegistry({
  redis,
  keys,
  clock,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  readonly clock: EnrollmentClock;
}): SessionRegistry {
  const epochs = createSessionEpochs(redis, keys.sessionEpoch);
  const keysOf = (userId: string) => keys.account(digest128(userId));

  return Object.freeze<SessionRegistry>({
    epoch: () => epochs.epoch(),
    nextEpoch: () => epochs.nextEpoch(),
    async add(userId, session, epoch) {
      const { sessions, sessionOrder, sessionsEnded } = keysOf(userId);
      const { id, expiresAt } = session;
      const reply = await redis.run(
        scripts.addSession,
        [sessions, sessionOrder, sessionsEnded],
        [id, JSON.stringify(session), expiresAt, epoch, clock.now(), sessionLimits.perUser],
      );
      return reply === 'refused' ? reply : sessionsIn(entriesOf(reply));
    },
    async renew(userId, replaced, session, epoch) {
      const { sessions, sessionOrder, sessionsEnded } = keysOf(userId);
      const { id, expiresAt } = session;
      const reply = await redis.run(
        scripts.renewSession,
        [sessions, sessionOrder, sessionsEnded],
        [id, JSON.stringify(session), expiresAt, epoch, clock.now(), replaced],
      );
      return reply === 'refused' ? reply : sessionsIn(entriesOf(reply));
    },
    async isRegistered(userId, id) {
      const expiresAt = await redis.call('ZSCORE', keysOf(userId).sessionOrder, id);
      return typeof expiresAt === 'string' && Number(expiresAt) > clock.now();
    },
    async list(userId) {
      const found = sessionsIn(entriesOf(await redis.call('HVALS', keysOf(userId).sessions)));
      const now = clock.now();
      return found.filter(({ expiresAt }) => expiresAt > now).sort((one, other) => other.signedInAt - one.signedInAt);
    },
    async remove(userId, ids) {
      const { sessions, sessionOrder } = keysOf(userId);
      if (ids.length > 0) await redis.run(scripts.removeSessions, [sessions, sessionOrder], ids);
    },
    async end(userId, epoch) {
      await redis.run(scripts.endSessions, [keysOf(userId).sessionsEnded], [epoch, sessionLimits.endedSeconds]);
    },
    async hasEnded(userId, epoch) {
      const ended = await redis.call('GET', keysOf(userId).sessionsEnded);
      return typeof ended === 'string' && Number(ended) > epoch;
    },
  });
}

function sessionsIn(records: readonly unknown[]): readonly RegisteredSession[] {
  return records.flatMap((record) => {
    const session = sessionOf(String(record));
    return session === null ? [] : [session];
  });
}

/** `null` for a record that this store did not write. */
function sessionOf(record: string): RegisteredSession | null {
  const value: unknown = parsed(record);
  if (!isJsonObject(value)) return null;
  const { id, handle, own, signedInAt, expiresAt, idleSeconds, userAgent, epoch, earlier } = value;
  if (typeof id !== 'string' || typeof handle !== 'string' || typeof own !== 'boolean') return null;
  if (typeof signedInAt !== 'number' || typeof expiresAt !== 'number') return null;
  return {
    id,
    handle,
    own,
    signedInAt,
    expiresAt,
    idleSeconds: typeof idleSeconds === 'number' ? idleSeconds : null,
    userAgent: typeof userAgent === 'string' ? userAgent : null,
    ...(typeof epoch === 'number' ? { epoch } : {}),
    ...(Array.isArray(earlier) ? { earlier: earlier.filter((one) => typeof one === 'string') } : {}),
  };
}

function parsed(record: string): unknown {
  try {
    return JSON.parse(record);
  } catch {
    return null;
  }
}
