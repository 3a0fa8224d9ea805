import type { Flow } from '../flow/flow.js';
import { countedBindings } from '../flow/policy-set.js';
import type { PageModel } from '../pages/page-model.js';

/**
 * Which page of a sign-up this is, and of how many. `null` where that is not known in advance: a policy may skip or
 * insert a page, or there is only one.
 */
export function stepsOf({ designation, bindings, insertable }: Flow, step: string): PageModel['steps'] {
  if (designation !== 'enrollment' || insertable.size > 0) return null;
  let [current, total] = [0, 0];
  for (const { key, stage, guard } of bindings) {
    if (!stage.asking || stage.pageOnly) continue;
    if (countedBindings(guard).length > 0) return null;
    total += 1;
    if (key === step) current = total;
  }
  return current === 0 || total < 2 ? null : { current, total };
}
