import { linkExpired } from '../../executor/flow-access.js';
import type { Reply } from '../../executor/reply.js';
import { declineInvitation } from '../decline-invitation.js';
import { mailedLinkOf, renewInvitation } from '../fresh-invitation.js';
import { changedSince } from '../others-form.js';
import { freshTicket } from '../ticket-link.js';
import type { Visit } from '../visit.js';
import { sendError } from './api-error.js';
import type { Call } from './call.js';
import { endings } from './components/answers.js';
import { actionField, pageActions, type PageAction } from './names.js';
import { isOfVisitor, signedStepOf } from './own-call.js';
import { sendChallenge } from './send-challenge.js';
import { sendCurrent } from './show-challenge.js';

/** Does what a button of the page does beside the step. `component`: of the challenge that had it. */
export async function takeAction(
  call: Call,
  { component, named }: { readonly component: string; readonly named: unknown },
): Promise<void> {
  const action = pageActions.find((one) => one === named);
  if (action === undefined)
    return sendError(call.visit.res, {
      status: 400,
      detail: `The property ${actionField} must be ${pageActions.join(' or ')}. Other buttons have another "response" in page.actions: post that as it is.`,
      code: 'invalid',
    });
  if (!(await isOfVisitor(call))) return;
  const { visit } = call;
  const signed = signedStepOf(visit);
  // No stage is run, which would refuse this visitor: the button was drawn for another one.
  if (signed !== null && (signed.mark === null) !== (visit.user === null))
    return sendCurrent(call, { component: [changedSince(signed, visit.user)] });
  await sendChallenge(call, await replyTo(call.visit, component, action));
}

async function replyTo(visit: Visit, component: string, action: PageAction): Promise<Reply> {
  // The challenge of a ticket that is refused has no other answer.
  if (component === endings.denied.component && action === 'send_fresh_link') return freshTicket(visit, null);
  if (mailedLinkOf(visit) === null) return linkExpired(visit.flow);
  return action === 'send_fresh_link' ? renewInvitation(visit, null) : declineInvitation(visit);
}
