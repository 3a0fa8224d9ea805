import { patchContext } from '../flow/machine/advance.js';
import { addStep } from '../flow/machine/change-steps.js';
import type { Judgement } from './policy-engine.js';
import { go } from './reply.js';
import { effectsOf, type Run } from './run.js';

/** Applies the actions of passing policies. */
export function applyActions<R extends Run>(run: R, judged: Judgement): R {
  let plan = patchContext(run.plan, judged.patch);
  for (const action of judged.actions) {
    if ('redirect' in action)
      return { ...run, plan, changed: run.ask.facts.act, reply: go(action.redirect, effectsOf(run)) };
    plan =
      'insert' in action
        ? addStep(plan, run.ask.flow, action.insert, 'next')
        : addStep(plan, run.ask.flow, action.append, 'last');
  }
  return { ...run, plan };
}
