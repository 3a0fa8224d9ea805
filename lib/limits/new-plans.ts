import { digest128 } from '../base/ids.js';
import type { EventSink } from '../ports/events.js';
import type { Limits } from '../ports/limits.js';
import type { NewPlans } from '../ports/new-plans.js';
import { answerOf, createCounting, type Counter, type Limit } from './counters.js';

interface NewPlanLimits {
  /** Per `Facts.address`. Default: 300 within 10 minutes, because an office or a school may be behind one address. */
  readonly perClient?: Limit;
}

const perClient: Limit = Object.freeze({ points: 300, windowSeconds: 600 });

/** Counts, per client, plans that were begun and are not finished: each takes room in the store. */
export function createNewPlans({
  limits,
  events,
  ...given
}: NewPlanLimits & { readonly limits: Limits; readonly events: EventSink }): NewPlans {
  const countersOf = (address: string): readonly Counter[] => [
    { name: 'client', limit: given.perClient ?? perClient, key: `plans:client:${digest128(address)}` },
  ];
  const counting = createCounting(limits, ({ name, limit }) => {
    events({ type: 'plan.throttled', limit: name, points: limit.points });
  });

  return Object.freeze<NewPlans>({
    consume: async (address) => answerOf(await counting.take(countersOf(address))),
    reward: (address) => counting.refund(countersOf(address)),
  });
}
