import { digest128 } from '../base/ids.js';
import type { EventSink } from '../ports/events.js';
import type { LimitAnswer } from '../ports/limits.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { RateLimit } from '../ports/rate-limits.js';

/** What every limit works with. */
export interface LimitParts {
  readonly rateLimiter: RateLimiter;
  readonly events: EventSink;
}

export interface Counter {
  readonly name: string;
  readonly limit: RateLimit;
  readonly key: string;
}

/** Whatever was typed and whatever an app takes for an address, it becomes a key of fixed length. */
export function counterOf(prefix: string, name: string, limit: RateLimit, of: string): Counter {
  return { name, limit, key: `${prefix}:${name}:${digest128(of)}` };
}

/** Emits an event when a limit is passed. */
export function reportThrottled(
  events: EventSink,
  type: 'invitation.throttled' | 'availability.throttled' | 'plan.throttled' | 'login.throttled',
): (counter: Counter) => void {
  return ({ name, limit }) => {
    events({ type, limit: name, points: limit.points });
  };
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
export function answerOf(passed: readonly Passed[]): LimitAnswer {
  if (passed.length === 0) return { over: false };
  return { over: true, retryAfterSeconds: Math.max(...passed.map(({ endsInSeconds }) => endsInSeconds)) };
}
