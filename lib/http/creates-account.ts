import type { StageReply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import { isGuarded } from '../flow/policy-set.js';

/**
 * True for a page whose button may create the account: it comes before the write, and every page between may be skipped
 * by a policy.
 */
export function mayCreateAccount(
  { bindings }: Pick<Flow, 'bindings'>,
  { step, cancellable }: Pick<StageReply, 'step' | 'cancellable'>,
): boolean {
  const write = bindings.findIndex(({ stage }) => !stage.asking && stage.creates);
  // Once the account is written, a plan cannot be canceled.
  if (write === -1 || !cancellable) return false;
  const at = bindings.findIndex(({ key }) => key === step);
  // A page that a policy inserted can stand anywhere.
  if (at === -1) return true;
  // Each page with a form asks this.
  for (let between = at + 1; between < write; between++) {
    const binding = bindings[between];
    if (binding?.stage.asking === true && !isGuarded(binding.guard)) return false;
  }
  return at <= write;
}
