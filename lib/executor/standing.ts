import type { Flow } from '../flow/flow.js';
import { restore } from '../flow/machine/codec.js';
import type { Plan } from '../flow/plan.js';
import type { Workbench } from './run.js';

/**
 * The plan that is under way under an id. `over`: it was finished, or cannot be read, and nothing may go on under this
 * id. `null`: nothing is stored.
 */
export async function standingPlan(
  { plans }: Pick<Workbench, 'plans'>,
  flow: Flow,
  planId: string,
): Promise<Plan | 'over' | null> {
  const stored = await plans.load(planId);
  if (stored === null) return null;
  const restored = restore(stored.text, flow, planId);
  return restored.is === 'plan' ? restored.plan : 'over';
}
