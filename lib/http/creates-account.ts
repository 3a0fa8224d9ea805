import type { StageReply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import { countedBindings } from '../flow/policy-set.js';

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
  return (
    at <= write &&
    bindings.slice(at + 1, write).every(({ stage, guard }) => !stage.asking || countedBindings(guard).length > 0)
  );
}
