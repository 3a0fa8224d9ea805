import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import { isReply, type RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';

/** Values that are handed out once, one string each: one command per call. */
export function createRedisEphemeralStore({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): EphemeralStore {
  return Object.freeze({
    async set(key: string, value: string, ttlSeconds: number) {
      await redis.call('SET', keys.once(key), value, 'EX', ttlSeconds);
    },
    async setIfAbsent(key: string, value: string, ttlSeconds: number) {
      const name = keys.once(key);
      // Redis 6.2 cannot set and tell at once; what was there may lapse between the two, and then it is free.
      for (;;) {
        if ((await redis.call('SET', name, value, 'EX', ttlSeconds, 'NX')) !== null) return value;
        const kept = await redis.call('GET', name);
        if (typeof kept === 'string') return kept;
      }
    },
    async peek(key: string) {
      return text(redis.call('GET', keys.once(key)));
    },
    async take(key: string) {
      return text(redis.call('GETDEL', keys.once(key)));
    },
  });
}

/** What is there, if it is one of ours. */
async function text(asked: Promise<unknown>): Promise<string | null> {
  try {
    const value = await asked;
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (isReply(error, 'WRONGTYPE')) return null;
    throw error;
  }
}
