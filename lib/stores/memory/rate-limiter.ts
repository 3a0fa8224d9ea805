import type { EnrollmentClock } from '../../base/clock.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';

const fewCounters = 10_000;

/** Counters in this process. Time comes from the clock that is passed; no timers. */
export function createMemoryRateLimiter({ clock }: { readonly clock: EnrollmentClock }): RateLimiter {
  const counters = new Map<string, { taken: number; readonly until: number }>();
  let sweepAt = fewCounters;

  function running(key: string): { taken: number; readonly until: number } | null {
    const counter = counters.get(key);
    return counter === undefined || counter.until <= clock.now() ? null : counter;
  }

  function started(key: string, windowSeconds: number): { taken: number; readonly until: number } {
    if (counters.size >= sweepAt) sweep();
    const counter = { taken: 0, until: clock.now() + windowSeconds * 1000 };
    counters.set(key, counter);
    return counter;
  }

  function sweep(): void {
    for (const [key, { until }] of counters) if (until <= clock.now()) counters.delete(key);
    // The next sweep runs when there are twice as many, so that a flood does not pay for it each time.
    sweepAt = Math.max(fewCounters, counters.size * 2);
  }

  return Object.freeze({
    async consume(key: string, windowSeconds: number, points = 1) {
      const counter = running(key) ?? started(key, windowSeconds);
      counter.taken += points;
      return { taken: counter.taken, endsInSeconds: Math.ceil((counter.until - clock.now()) / 1000) };
    },
    async get(key: string) {
      const counter = running(key);
      if (counter === null) return { taken: 0, endsInSeconds: 0 };
      return { taken: counter.taken, endsInSeconds: Math.ceil((counter.until - clock.now()) / 1000) };
    },
    async reward(key: string, _windowSeconds: number, points = 1) {
      const counter = running(key);
      if (counter !== null) counter.taken = Math.max(0, counter.taken - points);
    },
  });
}
