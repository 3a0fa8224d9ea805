import type { Context } from '../flow/context.js';
import type { Flow } from '../flow/flow.js';
import { serialise } from '../flow/machine/codec.js';
import { startPlan } from '../flow/machine/start.js';
import { planLimits } from '../flow/plan.js';
import type { Workbench } from './run.js';

/**
 * Stores a plan before its first page is seen, because what it begins with came from elsewhere and comes once: an
 * identity that a source has vouched for. False when something is stored under this id already.
 */
export async function beginPlan(
  { plans }: Pick<Workbench, 'plans'>,
  flow: Flow,
  { planId, origin, now }: { readonly planId: string; readonly origin: Context; readonly now: number },
): Promise<boolean> {
  const plan = startPlan(flow, { id: planId, origin, now, leftOut: new Set() });
  return (await plans.create(planId, serialise(plan), planLimits.idleSeconds)).won;
}
