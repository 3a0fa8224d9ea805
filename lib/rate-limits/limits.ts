import { delayedCall } from '../base/background.js';
import { digest128 } from '../base/ids.js';
import type { EventSink } from '../ports/events.js';
import type { Attempt, Attempts, AvailabilityChecks, NewPlans, LimitAnswer, WrongCodes } from '../ports/limits.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { RateLimits, RateLimit } from '../ports/rate-limits.js';

/** Counters of a client and of its plan. */
function perClientAndPlan(
  prefix: string,
  { perClient, perPlan }: RateLimits['availability'],
): (attempt: Attempt) => readonly Counter[] {
  return ({ address, enrollmentId }) => [
    counterOf(prefix, 'client', perClient, address),
    counterOf(prefix, 'plan', perPlan, enrollmentId),
  ];
}

/**
 * Counts wrong codes per client, per plan and in total, never per code: otherwise anyone could lock another person's
 * code.
 * Every attempt is counted before it is checked, so parallel guesses cannot outrun the counter.
 */
export function createAttempts({
  rateLimiter,
  events,
  ...limits
}: RateLimits['codes'] & LimitParts): Attempts & { flush(): Promise<void> } {
  const countersOf = perClientAndPlan('attempts', limits);
  const tell = reportThrottled(events, 'invitation.throttled');
  const counting = createCounting(rateLimiter, tell);
  const everybody: Counter = { name: 'overall', limit: limits.overall, key: overallKey };
  const overall = createCollectedCounter(rateLimiter, everybody, tell);

  return Object.freeze({
    async consume(attempt: Attempt) {
      overall.consume();
      return answerOf(await counting.consume(countersOf(attempt)));
    },
    reward(attempt: Attempt) {
      overall.reward();
      return counting.reward(countersOf(attempt));
    },
    flush: () => overall.flush(),
  });
}

const overallKey = 'attempts:all';

/** The count of wrong codes of all clients, for policies. */
export function createWrongCodes(rateLimiter: RateLimiter, { points }: RateLimit): WrongCodes {
  return Object.freeze<WrongCodes>({ points, count: async () => (await rateLimiter.get(overallKey)).taken });
}

/**
 * Counts, per plan and per client, the forms that asked whether a name or address is available and were rejected.
 * Without it the holder of one code could try any number of addresses (OWASP Authentication Cheat Sheet, "Account
 * creation").
 */
export function createAvailabilityChecks({
  rateLimiter,
  events,
  ...limits
}: RateLimits['availability'] & LimitParts): AvailabilityChecks {
  const countersOf = perClientAndPlan('availability', limits);
  const counting = createCounting(rateLimiter, reportThrottled(events, 'availability.throttled'));
  return Object.freeze<AvailabilityChecks>({
    consume: async (request) => answerOf(await counting.consume(countersOf(request))),
    reward: (request) => counting.reward(countersOf(request)),
  });
}

/** Counts, per client, plans that were started and are not finished: each uses memory in the store. */
export function createNewPlans({ rateLimiter, events, perClient }: RateLimits['newPlans'] & LimitParts): NewPlans {
  const counting = createCounting(rateLimiter, reportThrottled(events, 'plan.throttled'));
  const countersOf = (address: string): readonly Counter[] => [counterOf('plans', 'client', perClient, address)];
  return Object.freeze<NewPlans>({
    consume: async (address) => answerOf(await counting.consume(countersOf(address))),
    reward: (address) => counting.reward(countersOf(address)),
  });
}

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
  type: 'invitation.throttled' | 'availability.throttled' | 'plan.throttled' | 'login.throttled' | 'mail.throttled',
): (counter: Counter) => void {
  return ({ name, limit }) => {
    events({ type, limit: name, points: limit.points });
  };
}

export interface Counting {
  /** Adds a point to every counter and returns those that are now over their limits. */
  consume(counters: readonly Counter[]): Promise<readonly Passed[]>;
  /** The same for one counter, with its points. */
  count(counter: Counter): Promise<{ readonly taken: number; readonly passed: readonly Passed[] }>;
  reward(counters: readonly Counter[]): Promise<void>;
}

/** A counter over its limit. */
export interface Passed {
  readonly counter: Counter;
  readonly endsInSeconds: number;
}

/** Counts over the `RateLimiter` port; calls `tell` for each limit once per window, with the first point over it. */
export function createCounting(rateLimiter: RateLimiter, tell: (counter: Counter) => void): Counting {
  async function count(counter: Counter): Promise<{ readonly taken: number; readonly passed: readonly Passed[] }> {
    const { key, limit } = counter;
    const { taken, endsInSeconds } = await rateLimiter.consume(key, limit.windowSeconds);
    if (taken === limit.points + 1) tell(counter);
    return { taken, passed: taken > limit.points ? [{ counter, endsInSeconds }] : [] };
  }

  return Object.freeze({
    count,
    consume: async (counters: readonly Counter[]) =>
      (await Promise.all(counters.map(count))).flatMap((one) => one.passed),

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
