import { digest128 } from '../base/ids.js';
import type { Attempt } from '../ports/attempts.js';
import type { AvailabilityChecks } from '../ports/availability-checks.js';
import type { EventSink } from '../ports/events.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { RateLimits } from '../ports/rate-limits.js';
import { answerOf, createCounting, type Counter } from './counters.js';

/**
 * Counts, per plan and per client, the forms that asked whether a name or address is free and did not pass. Without it
 * the holder of one code could try any number of addresses (OWASP Authentication Cheat Sheet, "Account creation").
 */
export function createAvailabilityChecks({
  rateLimiter,
  events,
  perPlan,
  perClient,
}: RateLimits['availability'] & {
  readonly rateLimiter: RateLimiter;
  readonly events: EventSink;
}): AvailabilityChecks {
  const countersOf = ({ address, enrollmentId }: Attempt): readonly Counter[] => [
    { name: 'client', limit: perClient, key: `availability:client:${digest128(address)}` },
    { name: 'plan', limit: perPlan, key: `availability:plan:${digest128(enrollmentId)}` },
  ];
  const counting = createCounting(rateLimiter, ({ name, limit }) => {
    events({ type: 'availability.throttled', limit: name, points: limit.points });
  });

  return Object.freeze<AvailabilityChecks>({
    consume: async (request) => answerOf(await counting.consume(countersOf(request))),
    reward: (request) => counting.reward(countersOf(request)),
  });
}
