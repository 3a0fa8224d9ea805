import type { SecondFactorAttempts } from '../ports/limits.js';
import type { RateLimits } from '../ports/rate-limits.js';
import { answerOf, counterOf, createCounting, reportThrottled, type Counter, type LimitParts } from './limits.js';

/**
 * Counts wrong codes per user, per client and per plan. Only people who have proved the first factor can try one, so
 * that strangers cannot lock a user out.
 */
export function createSecondFactorAttempts({
  rateLimiter,
  events,
  perUser,
  perClient,
  perPlan,
}: RateLimits['secondFactors'] & LimitParts): SecondFactorAttempts {
  const counting = createCounting(rateLimiter, reportThrottled(events, 'login.throttled'));
  const countersOf: (attempt: Parameters<SecondFactorAttempts['consume']>[0]) => readonly Counter[] = ({
    userId,
    address,
    enrollmentId,
  }) => [
    ...(userId === null ? [] : [counterOf('factors', 'user', perUser, userId)]),
    counterOf('factors', 'client', perClient, address),
    counterOf('factors', 'plan', perPlan, enrollmentId),
  ];
  return Object.freeze<SecondFactorAttempts>({
    consume: async (attempt) => answerOf(await counting.consume(countersOf(attempt))),
    reward: (attempt) => counting.reward(countersOf(attempt)),
  });
}
