import type { AttemptAnswer } from '../ports/attempts.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { RateLimit } from '../ports/rate-limits.js';

export interface Counter {
  readonly name: string;
  readonly limit: RateLimit;
  readonly key: string;
}

interface Counting {
  /** Adds a point to every counter and tells which of them are beyond their limits by now. */
  consume(counters: readonly Counter[]): Promise<readonly Passed[]>;
  reward(counters: readonly Counter[]): Promise<void>;
}

/** A counter beyond its limit. */
export interface Passed {
  readonly counter: Counter;
  readonly endsInSeconds: number;
}

/** Counting over the limits' port; `tell` hears of each limit once per window, with the first point beyond it. */
export function createCounting(rateLimiter: RateLimiter, tell: (counter: Counter) => void): Counting {
  return Object.freeze({
    async consume(counters: readonly Counter[]) {
      const counts = await Promise.all(
        counters.map(async (counter) => ({
          counter,
          ...(await rateLimiter.consume(counter.key, counter.limit.windowSeconds)),
        })),
      );
      for (const { counter, taken } of counts) if (taken === counter.limit.points + 1) tell(counter);
      return counts.filter(({ counter, taken }) => taken > counter.limit.points);
    },

    async reward(counters: readonly Counter[]) {
      await Promise.all(counters.map(({ key, limit }) => rateLimiter.reward(key, limit.windowSeconds)));
    },
  });
}

/** What a visitor is told: how long until every limit that keeps them out has ended. */
export function answerOf(passed: readonly Passed[]): AttemptAnswer {
  if (passed.length === 0) return { over: false };
  return { over: true, retryAfterSeconds: Math.max(...passed.map(({ endsInSeconds }) => endsInSeconds)) };
}
