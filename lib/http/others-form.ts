import { flowTarget } from '../base/target.js';
import { message, type Message } from '../base/message.js';
import { provedUsersOfForm, repeatsLastForm } from '../executor/active-plan.js';
import { redirectTo, type RedirectReply } from '../executor/reply.js';
import type { Submission } from '../executor/run.js';
import type { Flow } from '../flow/flow.js';
import { isOfAnotherUser, isOfUser, type ReadSignature } from './posted-form.js';
import type { Visit } from './visit.js';

/**
 * True for the form of a page that was drawn for another user than the one who is signed in now: it must do nothing in
 * this account. Only the second of two clicks is answered as the first was, which may have signed this user in.
 * `answers`: `null` for a form that asks for something else than its step.
 */
export async function isOthersForm(
  { web, flow, planToken, user }: Visit,
  signed: Pick<ReadSignature, 'mark'>,
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

/**
 * What the page of a form does not say: that the visitor has signed in, or out, since it was drawn. In a flow for
 * everyone the form would do something else than its page says, in an account that the page does not name, so the page
 * is shown again with this sentence. `null`: nothing has changed, or the form does nothing: it is of an earlier step, or
 * of a flow that refuses the visitor. A user that the plan itself has evidence for is the same before and after.
 */
export async function signedInOrOutSince(
  { web, flow, planToken, user }: Visit,
  { mark }: Pick<ReadSignature, 'mark'>,
  { revision }: Pick<Submission, 'revision'>,
): Promise<Message | null> {
  if ((mark === null) === (user === null) || isForOneOnly(flow, user !== null)) return null;
  const { planId, enrollmentId } = planToken;
  const proved = await provedUsersOfForm(web.context, flow, { planId, revision });
  if (proved === null) return null;
  const isSame = (one: string): boolean =>
    user === null ? isOfUser(web.keyring, { enrollmentId, user: one }, { mark }) : one === user;
  if (proved.some(isSame)) return null;
  return changedSince({ mark }, user);
}

/** Says what has changed between a page that was drawn for somebody else and the present visitor. */
export function changedSince({ mark }: Pick<ReadSignature, 'mark'>, user: string | null): Message {
  if (user === null) return message('notice.signed_out_since');
  return message(mark === null ? 'notice.signed_in_since' : 'notice.other_account');
}

/** True for a flow that refuses this kind of visitors; and one that signs out has nothing to do for the signed-out. */
function isForOneOnly({ authentication, designation }: Flow, isSignedIn: boolean): boolean {
  if (isSignedIn) return authentication === 'require_unauthenticated';
  return authentication === 'require_authenticated' || designation === 'invalidation';
}
