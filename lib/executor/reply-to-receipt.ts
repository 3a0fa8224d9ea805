import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { isSourceOnly } from '../flow/flow.js';
import { planLimits, type CompletionReceipt } from '../flow/plan.js';
import { refusalFor } from './flow-access.js';
import { formDigest, namesDigest } from './form-digest.js';
import type { HandOver } from './hand-over.js';
import type { Ask, ExecutorContext } from './run.js';
import { enrolled, redirectTo, type Reply } from './reply.js';
import { signInAgain } from './renewed-session.js';
import { isOfSignOut, replyToSignedOut } from './signed-out-receipt.js';
import { maySignIn, type SignInEvidence } from './sign-in-evidence.js';

/**
 * The reply where a plan is over, or continues under another token. Exactly the form that ended it, sent again soon
 * after, is answered as it was the first time; other requests sign no user in, nor does a receipt of
 * another build of the flow. `rev`: the receipt's stored revision.
 */
export function replyToReceipt(context: ExecutorContext, ask: Ask, receipt: CompletionReceipt, rev: number): Reply {
  if (isOfSignOut(receipt)) return replyToSignedOut(context, ask, receipt, rev);
  const { submission, injectedContext, facts } = ask;
  const agoMs = facts.now - receipt.finishedAt;
  const recent = agoMs < planLimits.receiptSeconds * 1000;
  if (submission === null && injectedContext === null) return replyToVisit(ask, receipt, recent);

  const form = formDigest(context, ask);
  const sameStep = submission === null || (submission.step === receipt.step && submission.revision === rev - 1);
  // A flow that has changed since may refuse what it allowed.
  const isSameFlow = receipt.build === ask.flow.build;
  const repeated = isSameFlow && sameStep && recent && receipt.form === form;
  const signedIn = facts.user !== undefined && facts.user === receipt.user;
  const { user = null, notice = null } = receipt;
  if (repeated && receipt.refused !== undefined) return enrolled({ user, problem: 'refused', ...receipt.refused });
  const { renewed } = receipt;
  if (repeated && renewed !== undefined && (facts.user === undefined || facts.user === renewed.user)) {
    const evidence = { type: 'form_repeated', user: renewed.user, form, firstForm: receipt.form, agoMs } as const;
    const signIn = signInAgain(renewed, evidence);
    if (receipt.continues) return redirectTo(receipt.to, { notice, signIn, token: ask.nextToken(form) });
    return redirectTo(receipt.to, { done: true, notice, signIn, handOver: repeatedHandOver(receipt, form) });
  }
  if (repeated) {
    const evidence: SignInEvidence | null =
      receipt.user === undefined
        ? null
        : { type: 'form_repeated', user: receipt.user, form, firstForm: receipt.form, agoMs };
    const signIn =
      evidence !== null && maySignIn(evidence.user, evidence)
        ? {
            signIn: evidence.user,
            rememberSeconds: receipt.rememberSeconds,
            ...(receipt.networkBinding === undefined ? {} : { networkBinding: receipt.networkBinding }),
            ...(receipt.geoBinding === undefined ? {} : { geoBinding: receipt.geoBinding }),
            evidence,
            authenticatedAt: receipt.authenticatedAt ?? receipt.finishedAt,
            epoch: receipt.epoch ?? 0,
            ...(receipt.password === undefined ? {} : { password: receipt.password }),
          }
        : null;
    if (receipt.continues) return redirectTo(receipt.to, { notice, signIn, token: ask.nextToken(form) });
    return redirectTo(receipt.to, { done: true, notice, signIn, handOver: repeatedHandOver(receipt, form) });
  }
  if (submission === null) return replyToVisit(ask, receipt, recent);
  if (isAnotherPersons(ask, receipt, { form, sameStep })) return refusalFor(ask, 'signed_in');
  // Its response never arrived, or the page was left open for too long.
  if (receipt.wrote && sameStep && receipt.form === form) return enrolled({ user });
  const { written } = receipt;
  // The answer was lost, and the password typed anew: the account has the first one.
  if (written !== undefined && facts.user === undefined && sameStep && written.names === namesDigest(context, ask))
    return enrolled({ user: written.user, problem: 'repeated' });
  if (receipt.continues || wentOn(receipt)) return afresh(ask);
  // The first answer signed the user in, or the plan signs no user in: continue.
  if (signedIn || receipt.user === undefined) return redirectTo(receipt.to, { done: true });
  // Another person at the same browser, or a guess: this is not the form that finished the plan.
  if (sameStep && receipt.form !== undefined && receipt.form !== form) return afresh(ask);
  const { designation } = ask.flow;
  if (receipt.refused !== undefined) return enrolled({ user, problem: 'refused' });
  if (designation === 'enrollment') return enrolled({ user: receipt.user });
  return designation === 'authentication' ? afresh(ask) : redirectTo(receipt.to, { done: true });
}

/** Another flow goes on for the person who sent the last form. It does not for one who opens the page, or sends another form. */
function wentOn({ handedOver, user }: CompletionReceipt): boolean {
  return handedOver !== undefined && user === undefined;
}

function repeatedHandOver({ handedOver, next }: CompletionReceipt, cause: string): HandOver | null {
  if (handedOver === undefined) return null;
  return handedOver === 'begun' ? { type: 'repeated', cause } : { type: 'linked', next: next ?? null };
}

/**
 * True where the form identifies a person while a user is signed in. Redirected onwards, the sender would act in the
 * account of the browser's earlier visitor.
 */
function isAnotherPersons(
  { flow, facts }: Ask,
  receipt: CompletionReceipt,
  { form, sameStep }: { readonly form: string; readonly sameStep: boolean },
): boolean {
  if (facts.user === undefined || flow.authentication !== 'require_unauthenticated' || receipt.form === form)
    return false;
  return sameStep || flow.designation === 'authentication';
}

/** The reply to a visitor who opens the page again. */
function replyToVisit(ask: Ask, receipt: CompletionReceipt, recent: boolean): Reply {
  const { flow, facts } = ask;
  // The response with the new token never arrived.
  const { user = null } = receipt;
  if (receipt.wrote && recent && facts.user === undefined) return enrolled({ user, freshToken: true });
  // A user who has changed something and opens the page again wants to change something else. And each visit to an
  // authorization is a request of its own: of another application, or of the same one after its consent was revoked.
  const repeats =
    (flow.designation === 'stage_configuration' && !isSourceOnly(flow)) ||
    (flow.designation === 'authorization' && flow.authentication === 'require_authenticated');
  if (receipt.continues || wentOn(receipt) || !recent || repeats)
    return redirectTo(flowTarget(flow.slug), { freshToken: true });
  if (receipt.user === undefined || facts.user !== undefined) return redirectTo(receipt.to, { done: true });
  if (receipt.refused !== undefined) return enrolled({ user, problem: 'refused' });
  // The user signed out in a way that the kit does not know, and wants to sign in again.
  if (flow.designation === 'authentication') return redirectTo(flowTarget(flow.slug), { freshToken: true });
  // The response that signed the user in may never have arrived.
  return enrolled({ user: receipt.user });
}

function afresh({ flow }: Ask): Reply {
  return redirectTo(flowTarget(flow.slug), { freshToken: true, notice: message('notice.restarted') });
}
