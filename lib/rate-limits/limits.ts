import type { Attempt, Attempts, AvailabilityChecks, NewPlans } from '../ports/limits.js';
import type { RateLimits } from '../ports/rate-limits.js';
import {
  createCollectedCounter,
  answerOf,
  counterOf,
  createCounting,
  reportThrottled,
  type Counter,
  type LimitParts,
} from './counting.js';

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
  const everybody: Counter = { name: 'overall', limit: limits.overall, key: 'attempts:all' };
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
