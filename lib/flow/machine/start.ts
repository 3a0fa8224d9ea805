import type { Context } from '../context.js';
import type { Flow } from '../flow.js';
import type { Plan, Step } from '../plan.js';
import { aheadFrom } from './advance.js';

interface Start {
  readonly id: string;
  readonly enrollmentId: string;
  readonly origin: Context;
  readonly now: number;
  /** Keys of bindings that their policies skipped at planning. */
  readonly leftOut: ReadonlySet<string>;
}

/** Creates a new plan of `flow`. */
export function startPlan(flow: Flow, start: Start): Plan {
  const steps = flow.bindings.map(({ key }): Step => ({ key, state: start.leftOut.has(key) ? 'skipped' : 'ahead' }));
  return {
    v: 1,
    id: start.id,
    enrollmentId: start.enrollmentId,
    flow: flow.slug,
    build: flow.build,
    at: aheadFrom(steps, 0),
    steps,
    origin: start.origin,
    context: start.origin,
    restarts: 0,
    startedAt: start.now,
  };
}
