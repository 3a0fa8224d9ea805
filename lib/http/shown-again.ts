import type { Message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { keptForm, type KeptForm } from '../executor/kept-form.js';
import { redirectTo, type Reply } from '../executor/reply.js';
import type { Redraw } from '../executor/run.js';
import type { Flow } from '../flow/flow.js';

/**
 * The reply to a form that only has its page shown again, and what that page says: what has changed `since`, or what the
 * page said `before`. Where nothing is to be kept of the form, the page is shown by a GET: the browser's Back and reload
 * then ask nothing. What was typed is stored nowhere, so a page that keeps it must be the answer to the form itself.
 */
export function shownAgain(
  reply: Reply,
  flow: Flow,
  redraw: Redraw | null,
  { since, before }: { readonly since: Message | null; readonly before: Message | null },
): Reply {
  if (redraw === null || reply.type !== 'stage') return reply;
  const isShown = reply.status === 200 && reply.notice === null && !redraw.extends && (redraw.lost ?? '') === '';
  if (isShown && isBlank(keptForm(flow, redraw.form)))
    return redirectTo(flowTarget(flow.slug), { notice: since ?? before });
  return { ...reply, notice: since ?? reply.notice ?? before };
}

/** True for a form with nothing in it. */
export function isBlank({ inputs, lost }: KeptForm): boolean {
  return inputs.length === 0 && lost === null;
}
