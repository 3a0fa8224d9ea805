import { oncePer } from '../base/once-per.js';
import type { Flow } from '../flow/flow.js';
import { countedBindings } from '../flow/policy-set.js';
import type { PageModel } from '../pages/page-model.js';

/**
 * Which page of a sign-up this is, and of how many. `null` where that is not known in advance: a policy may skip or
 * insert a page, or there is only one.
 */
export function stepsOf(flow: Flow, step: string): PageModel['steps'] {
  const steps = countedSteps(flow);
  const at = steps.indexOf(step);
  return at === -1 || steps.length < 2 ? null : { current: at + 1, total: steps.length };
}

const countedSteps = oncePer(({ designation, bindings, insertable }: Flow): readonly string[] => {
  if (designation !== 'enrollment' || insertable.size > 0) return [];
  const pages = bindings.filter(({ stage }) => stage.asking && !stage.pageOnly);
  return pages.every(({ guard }) => countedBindings(guard).length === 0) ? pages.map(({ key }) => key) : [];
});
