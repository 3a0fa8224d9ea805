import type { EphemeralStore, EphemeralValue } from '../../ports/ephemeral-store.js';
import { isReply, type RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { scripts } from './scripts.js';

/** Single-use values, one string each: one command per call. */
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
      // Redis 6.2 cannot set and return the old value at once; it may expire between the two commands, and then the key
      // is free.
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
    async compareAndSet(key: string, expected: string, next: EphemeralValue | null) {
      const args = next === null ? [expected] : [expected, next.value, next.ttlSeconds];
      try {
        return (await redis.run(scripts.compareAndSet, [keys.once(key)], args)) === 1;
      } catch (error) {
        if (isReply(error, 'WRONGTYPE')) return false;
        throw error;
      }
    },
  });
}

/** The stored value, if this store wrote it. */
async function text(asked: Promise<unknown>): Promise<string | null> {
  try {
    const value = await asked;
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (isReply(error, 'WRONGTYPE')) return null;
    throw error;
  }
}
