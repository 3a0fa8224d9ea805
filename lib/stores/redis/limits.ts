import { RateLimiterRedis } from 'rate-limiter-flexible';
import { randomInt } from 'node:crypto';
import type { Limits } from '../../ports/limits.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './reply-list.js';
import { scripts } from './scripts.js';

/** Counters in Redis, by rate-limiter-flexible: one command each. */
export function createRedisLimits({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): Limits {
  const limiter = new RateLimiterRedis({
    // Not the client itself: the library would define its command on it, for the whole app, and wait without an end.
    // Ours also differs in one thing: a point given back after the window ended must not open another one at -1.
    storeClient: {
      rlflxIncr: ([key = '', ...args]: readonly string[]) =>
        redis.run(scripts.countAttempt, [key], [...args.slice(0, 2), tokenOfCall()]),
    },
    keyPrefix: '',
    // Nothing is refused here: whoever counts compares.
    points: Number.MAX_SAFE_INTEGER,
    // Each count brings its own window.
    duration: 0,
  });

  return Object.freeze({
    async take(key: string, windowSeconds: number) {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(keys.limit(key), 1, {
        customDuration: windowSeconds,
      });
      return { taken: consumedPoints, endsInSeconds: Math.ceil(msBeforeNext / 1000) };
    },
    async look(key: string) {
      const [taken, left] = entriesOf(await redis.run(scripts.countAttempt, [keys.limit(key)], [0, 0, '']));
      return { taken: Number(taken), endsInSeconds: Math.ceil(Math.max(0, Number(left)) / 1000) };
    },
    async refund(key: string, windowSeconds: number) {
      await limiter.reward(keys.limit(key), 1, { customDuration: windowSeconds });
    },
  });
}

/** Digits, because the counter is a number for earlier builds too: they stand behind its point. */
function tokenOfCall(): number {
  return randomInt(100_000_000, 1_000_000_000);
}
