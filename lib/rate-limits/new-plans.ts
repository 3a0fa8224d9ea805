import { digest128 } from '../base/ids.js';
import type { EventSink } from '../ports/events.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { RateLimit, RateLimits } from '../ports/rate-limits.js';
import type { NewPlans } from '../ports/new-plans.js';
import { answerOf, createCounting, type Counter } from './counters.js';

const perClient: RateLimit = Object.freeze({ points: 300, windowSeconds: 600 });

/** Counts, per client, plans that were begun and are not finished: each takes room in the store. */
export function createNewPlans({
  rateLimiter,
  events,
  ...given
}: Required<RateLimits>['newPlans'] & { readonly rateLimiter: RateLimiter; readonly events: EventSink }): NewPlans {
  const countersOf = (address: string): readonly Counter[] => [
    { name: 'client', limit: given.perClient ?? perClient, key: `plans:client:${digest128(address)}` },
  ];
  const counting = createCounting(rateLimiter, ({ name, limit }) => {
    events({ type: 'plan.throttled', limit: name, points: limit.points });
  });

  return Object.freeze<NewPlans>({
    consume: async (address) => answerOf(await counting.consume(countersOf(address))),
    reward: (address) => counting.reward(countersOf(address)),
  });
}
