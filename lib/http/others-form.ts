import { flowTarget } from '../base/target.js';
import { message } from '../base/message.js';
import { repeatsLastForm } from '../executor/active-plan.js';
import { redirectTo, type RedirectReply } from '../executor/reply.js';
import type { Submission } from '../executor/run.js';
import { isOfAnotherUser, type ReadSignature } from './posted-form.js';
import type { Visit } from './visit.js';

/**
 * True for the form of a page that was drawn for another user than the one who is signed in now: it must do nothing in
 * this account. Only the second of two clicks is answered as the first was, which may have signed this user in.
 * `answers`: `null` for a form that asks for something else than its step.
 */
export async function isOthersForm(
  { web, flow, planToken, user }: Visit,
  signed: ReadSignature,
  answers: Submission | null,
): Promise<boolean> {
  const { planId, enrollmentId, secretId } = planToken;
  if (!isOfAnotherUser(web.keyring, { enrollmentId, user }, signed)) return false;
  if (answers === null) return true;
  const form = { flow, planId, enrollmentId, secretId, submission: answers, injectedContext: null };
  return !(await repeatsLastForm(web.context, form));
}

/** Another plan begins: what the other user typed, or was shown, is theirs. */
export function othersFormReply({ flow }: Visit): RedirectReply {
  return redirectTo(flowTarget(flow.slug), { notice: message('notice.other_account'), freshToken: true });
}
