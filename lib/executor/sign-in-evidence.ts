import type { StageEvidence } from '../flow/stage.js';
import { planLimits } from '../flow/plan.js';

/**
 * What a request shows about who is asking. Idempotency is never evidence: a receipt, an enrollment's id, a lost race,
 * an attempt's cookie or a healed crash tell what happened before, not who is there now.
 */
export type SignInEvidence =
  /** The account was written, the password verified, or the person verified by a stage of its own, in this very request. */
  | StageEvidence
  /** A source answered in this very request. */
  | { readonly type: 'source_answered'; readonly user: string }
  /** One of these, in an earlier request of this plan, which got a new token then: only the browser that was answered has it. */
  | { readonly type: 'plan_held'; readonly user: string }
  /** The same browser sent exactly the form again that did one of these. */
  | {
      readonly type: 'form_repeated';
      readonly user: string;
      /** Keyed digests over all fields, secret ones too: of the form that was sent now, and of the first one. */
      readonly form: string;
      readonly firstForm: string | undefined;
      readonly agoMs: number;
    };

/** True where the evidence lets `user` be signed in. Every branch that signs in asks here. */
export function maySignIn(user: string, evidence: SignInEvidence | null): boolean {
  if (evidence === null || evidence.user !== user) return false;
  if (evidence.type !== 'form_repeated') return true;
  const { form, firstForm, agoMs } = evidence;
  return form !== '' && form === firstForm && agoMs < planLimits.receiptSeconds * 1000;
}

/** True where the evidence is this request's own, and does not hang on a plan that somebody else may have changed meanwhile. */
export function isOfThisRequest(evidence: SignInEvidence | null): boolean {
  return evidence !== null && evidence.type !== 'plan_held';
}
