import { digest128 } from '../base/ids.js';
import type { Attempt } from '../ports/attempts.js';
import type { AvailabilityChecks } from '../ports/availability-checks.js';
import type { EventSink } from '../ports/events.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import { answerOf, createCounting, type Counter, type Limit } from './counters.js';

interface AvailabilityLimits {
  /** Per plan. Default: 20 within an hour. */
  readonly perPlan?: Limit;
  /** Per `Facts.address`. Default: 150 within an hour: forms under way count, and an office may send many at once. */
  readonly perClient?: Limit;
}

const perPlan: Limit = Object.freeze({ points: 20, windowSeconds: 3600 });
const perClient: Limit = Object.freeze({ points: 150, windowSeconds: 3600 });

/**
 * Counts, per plan and per client, the forms that asked whether a name or address is free and did not pass. Without it
 * the holder of one code could try any number of addresses (OWASP Authentication Cheat Sheet, "Account creation").
 */
export function createAvailabilityChecks({
  rateLimiter,
  events,
  ...given
}: AvailabilityLimits & { readonly rateLimiter: RateLimiter; readonly events: EventSink }): AvailabilityChecks {
  const countersOf = ({ address, enrollmentId }: Attempt): readonly Counter[] => [
    { name: 'client', limit: given.perClient ?? perClient, key: `availability:client:${digest128(address)}` },
    { name: 'plan', limit: given.perPlan ?? perPlan, key: `availability:plan:${digest128(enrollmentId)}` },
  ];
  const counting = createCounting(rateLimiter, ({ name, limit }) => {
    events({ type: 'availability.throttled', limit: name, points: limit.points });
  });

  return Object.freeze<AvailabilityChecks>({
    consume: async (request) => answerOf(await counting.consume(countersOf(request))),
    reward: (request) => counting.reward(countersOf(request)),
  });
}
