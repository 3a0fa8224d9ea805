import { didYouMean } from '../base/did-you-mean.js';
import { EnrollmentError } from '../base/error.js';
import type { Flow } from '../flow/flow.js';
import { bindingOf, patchContext } from '../flow/machine/advance.js';
import type { Verdict } from '../flow/policy.js';
import { addStep } from '../flow/machine/change-steps.js';
import type { Judgement } from './policy-engine.js';
import { go } from './reply.js';
import { effectsOf, type Run } from './run.js';

/**
 * A stage that a policy inserts or appends must be one of the flow: ignoring it would let visitors bypass it.
 * @throws ERR_ENROLLMENT_POLICY
 */
export function checkActions(policy: string, { actions = [] }: Verdict, flow: Flow): void {
  for (const action of actions) {
    const key = 'insert' in action ? action.insert : 'append' in action ? action.append : null;
    if (key === null || bindingOf(flow, key) !== null) continue;
    throw new EnrollmentError(
      'ERR_ENROLLMENT_POLICY',
      `the policy '${policy}' inserts the stage '${key}', which "insertable" of the flow '${flow.slug}' does not have${didYouMean(key, [...flow.insertable.keys()])}`,
    );
  }
}

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
