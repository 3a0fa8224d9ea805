import { didYouMean } from '../base/did-you-mean.js';
import { EnrollmentError } from '../base/error.js';
import type { Flow } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import type { Verdict } from '../flow/policy.js';

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
