import type { StageReply } from '../executor/reply.js';
import { creatingPages } from '../flow/creating-pages.js';
import type { Flow } from '../flow/flow.js';

/**
 * True for a page whose button may create the account: it comes before the write, and every page between may be skipped
 * by a policy. Once the account is written, a plan cannot be canceled.
 */
export function mayCreateAccount(
  { bindings }: Pick<Flow, 'bindings'>,
  { step, cancellable }: Pick<StageReply, 'step' | 'cancellable'>,
): boolean {
  const steps = creatingPages(bindings);
  // A page that a policy inserted can stand anywhere.
  return cancellable && steps !== null && (steps.last.has(step) || !steps.own.has(step));
}
