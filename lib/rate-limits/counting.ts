import { delayedCall } from '../base/background.js';
import { digest128 } from '../base/ids.js';
import type { EventSink } from '../ports/events.js';
import type { LimitAnswer } from '../ports/limits.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { RateLimit } from '../ports/rate-limits.js';

/** The dependencies of every limit. */
export interface LimitParts {
  readonly rateLimiter: RateLimiter;
  readonly events: EventSink;
}

export interface Counter {
  readonly name: string;
  readonly limit: RateLimit;
  readonly key: string;
}

/** The key has a fixed length for any typed text and any client key of the app. */
export function counterOf(prefix: string, name: string, limit: RateLimit, of: string): Counter {
  return { name, limit, key: `${prefix}:${name}:${digest128(of)}` };
}

/** Emits an event when a limit is exceeded. */
export function reportThrottled(
  events: EventSink,
  type: 'invitation.throttled' | 'availability.throttled' | 'plan.throttled' | 'login.throttled',
): (counter: Counter) => void {
  return ({ name, limit }) => {
    events({ type, limit: name, points: limit.points });
  };
}

interface Counting {
  /** Adds a point to every counter and returns those that are now over their limits. */
  consume(counters: readonly Counter[]): Promise<readonly Passed[]>;
  reward(counters: readonly Counter[]): Promise<void>;
}

/** A counter over its limit. */
export interface Passed {
  readonly counter: Counter;
  readonly endsInSeconds: number;
}

/** Counts over the `RateLimiter` port; calls `tell` for each limit once per window, with the first point over it. */
export function createCounting(rateLimiter: RateLimiter, tell: (counter: Counter) => void): Counting {
  return Object.freeze({
    async consume(counters: readonly Counter[]) {
      const counts = await Promise.all(counters.map(({ key, limit }) => rateLimiter.consume(key, limit.windowSeconds)));
      return counters.flatMap((counter, at): readonly Passed[] => {
        const { taken, endsInSeconds } = counts[at] ?? { taken: 0, endsInSeconds: 0 };
        if (taken === counter.limit.points + 1) tell(counter);
        return taken > counter.limit.points ? [{ counter, endsInSeconds }] : [];
      });
    },

    async reward(counters: readonly Counter[]) {
      await Promise.all(counters.map(({ key, limit }) => rateLimiter.reward(key, limit.windowSeconds)));
    },
  });
}

/** The answer for the visitor: how long until every limit that refuses the client has ended. */
export function answerOf(passed: readonly Passed[]): LimitAnswer {
  if (passed.length === 0) return { over: false };
  return { over: true, retryAfterSeconds: Math.max(...passed.map(({ endsInSeconds }) => endsInSeconds)) };
}

/**
 * A counter that never refuses a request, so that no request needs to wait for it. Points are summed in this process
 * and sent at intervals.
 */
interface CollectedCounter {
  consume(): void;
  reward(): void;
  /** Sends the unsent points. */
  flush(): Promise<void>;
}

const pauseMs = 1000;

/** `tell` hears of the limit once per window, with the points that pass it. A store that is away, and the end of the process, lose the points of a second. */
export function createCollectedCounter(
  rateLimiter: RateLimiter,
  counter: Counter,
  tell: (counter: Counter) => void,
): CollectedCounter {
  const { key, limit } = counter;
  let points = 0;
  const soon = delayedCall(() => {
    flush().catch(() => undefined);
  });

  function add(more: number): void {
    points += more;
    soon.schedule(pauseMs);
  }

  async function flush(): Promise<void> {
    soon.cancel();
    const sent = points;
    points = 0;
    if (sent < 0) await rateLimiter.reward(key, limit.windowSeconds, -sent);
    if (sent <= 0) return;
    const { taken } = await rateLimiter.consume(key, limit.windowSeconds, sent);
    if (taken > limit.points && taken - sent <= limit.points) tell(counter);
  }

  return Object.freeze<CollectedCounter>({
    consume: () => {
      add(1);
    },
    reward: () => {
      add(-1);
    },
    flush,
  });
}
