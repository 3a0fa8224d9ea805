import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { Services } from '../ports/services.js';
import type { Stores } from '../stores/stores.js';

/** Keys of stages and policies are separate from the kit's own. */
export function storesForDefinitions({
  rateLimiter,
  ephemeralStore,
}: Stores): Pick<Services, 'rateLimiter' | 'ephemeralStore'> {
  const own = (key: string): string => `app:${key}`;
  return {
    rateLimiter: Object.freeze<RateLimiter>({
      consume: (key, windowSeconds, points) => rateLimiter.consume(own(key), windowSeconds, points),
      get: (key) => rateLimiter.get(own(key)),
      reward: (key, windowSeconds, points) => rateLimiter.reward(own(key), windowSeconds, points),
    }),
    ephemeralStore: Object.freeze<EphemeralStore>({
      set: (key, value, ttlSeconds) => ephemeralStore.set(own(key), value, ttlSeconds),
      setIfAbsent: (key, value, ttlSeconds) => ephemeralStore.setIfAbsent(own(key), value, ttlSeconds),
      peek: (key) => ephemeralStore.peek(own(key)),
      take: (key) => ephemeralStore.take(own(key)),
      compareAndSet: (key, expected, next) => ephemeralStore.compareAndSet(own(key), expected, next),
    }),
  };
}
