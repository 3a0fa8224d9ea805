import type { Context } from '../context.js';
import type { Flow } from '../flow.js';
import type { Plan } from '../plan.js';

export interface Start {
  readonly id: string;
  readonly origin: Context;
  readonly now: number;
  /** Keys of bindings that their policies left out at planning. */
  readonly leftOut: ReadonlySet<string>;
}

/** Plans `flow` afresh. */
export function startPlan(flow: Flow, start: Start): Plan {
  return {
    v: 1,
    id: start.id,
    flow: flow.slug,
    build: flow.build,
    at: 0,
    steps: flow.bindings.map((binding) => ({ key: binding.key, state: start.leftOut.has(binding.key) ? 'skipped' : 'ahead' })),
    origin: start.origin,
    context: start.origin,
    restarts: 0,
    startedAt: start.now,
  };
}
