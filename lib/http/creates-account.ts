import { oncePer } from '../base/once-per.js';
import type { StageReply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import { isGuarded } from '../flow/policy-set.js';

/**
 * True for a page whose button may create the account: it comes before the write, and every page between may be skipped
 * by a policy. Once the account is written, a plan cannot be canceled.
 */
export function mayCreateAccount(
  { bindings }: Pick<Flow, 'bindings'>,
  { step, cancellable }: Pick<StageReply, 'step' | 'cancellable'>,
): boolean {
  const steps = lastSteps(bindings);
  // A page that a policy inserted can stand anywhere.
  return cancellable && steps !== null && (steps.last.has(step) || !steps.own.has(step));
}

/** The steps of a flow, and those of which no page is surely between them and the write; `null`: it writes no account. */
const lastSteps = oncePer((bindings: Flow['bindings']) => {
  const write = bindings.findIndex(({ stage }) => !stage.asking && stage.creates);
  if (write === -1) return null;
  const surePage = bindings.slice(0, write).findLastIndex(({ stage, guard }) => stage.asking && !isGuarded(guard));
  return {
    own: new Set(bindings.map(({ key }) => key)),
    last: new Set(bindings.slice(Math.max(0, surePage), write + 1).map(({ key }) => key)),
  };
});
