import { digest128 } from '../base/ids.js';
import type { EventSink } from '../ports/events.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { RateLimits } from '../ports/rate-limits.js';
import type { NewPlans } from '../ports/new-plans.js';
import { answerOf, createCounting, type Counter } from './counters.js';

/** Counts, per client, plans that were begun and are not finished: each takes room in the store. */
export function createNewPlans({
  rateLimiter,
  events,
  perClient,
}: RateLimits['newPlans'] & { readonly rateLimiter: RateLimiter; readonly events: EventSink }): NewPlans {
  const countersOf = (address: string): readonly Counter[] => [
    { name: 'client', limit: perClient, key: `plans:client:${digest128(address)}` },
  ];
  const counting = createCounting(rateLimiter, ({ name, limit }) => {
    events({ type: 'plan.throttled', limit: name, points: limit.points });
  });

  return Object.freeze<NewPlans>({
    consume: async (address) => answerOf(await counting.consume(countersOf(address))),
    reward: (address) => counting.reward(countersOf(address)),
  });
}
