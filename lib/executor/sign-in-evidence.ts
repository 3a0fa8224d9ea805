import type { StageEvidence } from '../flow/stage.js';
import { planLimits, type Plan } from '../flow/plan.js';

/**
 * The evidence in a request for who the visitor is. Idempotency is never evidence: a completion receipt, an
 * enrollment's id, a lost race, an attempt's cookie or a recovered crash shows what happened before, not who is at the
 * browser now.
 */
export type SignInEvidence =
  /** In this very request, the account was written, the password verified, or the person verified by another stage. */
  | StageEvidence
  /** A source answered in this very request. */
  | { readonly type: 'source_answered'; readonly user: string }
  /** A link that the server issued for this user: this very request presents its token, and it is this plan's. */
  | { readonly type: 'link_taken'; readonly user: string }
  /**
   * One of these, in an earlier request of this plan, which got a new token then: only the browser that got that
   * response has it. `at`: when that was, in milliseconds since 1970; `epoch`: as in `SessionRegistry`.
   */
  | { readonly type: 'plan_held'; readonly user: string; readonly at: number; readonly epoch: number }
  /** The same browser sent exactly the same form again that produced one of these. */
  | {
      readonly type: 'form_repeated';
      readonly user: string;
      /** Keyed digests over all fields, including secret ones: of the form that was sent now, and of the first one. */
      readonly form: string;
      readonly firstForm: string | undefined;
      readonly agoMs: number;
    };

/** True where the evidence allows signing in `user`. Every branch that signs in calls this. */
export function maySignIn(user: string, evidence: SignInEvidence | null): boolean {
  if (evidence === null || evidence.user !== user) return false;
  if (evidence.type !== 'form_repeated') return true;
  const { form, firstForm, agoMs } = evidence;
  return form !== '' && form === firstForm && agoMs < planLimits.receiptSeconds * 1000;
}

/** When evidence was given. */
interface EvidenceTime {
  /** Milliseconds since 1970, by the clock of the server. */
  readonly at: number;
  /** The epoch of the registry of sessions, which tells whether the evidence was ended since. */
  readonly epoch: number;
}

/** When the evidence of a request was given. */
export function timeOfEvidence(evidence: SignInEvidence, { facts, epoch }: Authenticated['ask']): EvidenceTime {
  if (evidence.type === 'plan_held') return { at: evidence.at, epoch: evidence.epoch };
  // The completion receipt has the epoch of the first form.
  if (evidence.type === 'form_repeated') return { at: facts.now - evidence.agoMs, epoch: 0 };
  return { at: facts.now, epoch };
}

/** What the time of a run's evidence depends on. */
interface Authenticated {
  readonly ask: { readonly facts: { readonly now: number }; readonly epoch: number };
  readonly plan: Pick<Plan, 'proved' | 'provedAt' | 'provedEpoch'>;
  readonly endSessions: (EvidenceTime & { readonly user: string }) | null;
}

/**
 * When the user of a run authenticated. All of a plan's evidence for one user has the time of the first: a later stage
 * does not make a password good again that was changed in between. Only where this very run ends the user's sessions,
 * the plan goes on.
 */
export function authenticatedAt({ ask, plan, endSessions }: Authenticated, evidence: SignInEvidence): EvidenceTime {
  if (endSessions?.user === evidence.user) return { at: endSessions.at, epoch: endSessions.epoch };
  const { at, epoch } = timeOfEvidence(evidence, ask);
  if (plan.proved !== evidence.user) return { at, epoch };
  return { at: Math.min(at, plan.provedAt ?? at), epoch: Math.min(epoch, plan.provedEpoch ?? epoch) };
}

/**
 * True where the evidence is from this very request, and does not depend on a plan that another person may have changed
 * meanwhile.
 */
export function isOfThisRequest(evidence: SignInEvidence | null): boolean {
  return evidence !== null && evidence.type !== 'plan_held';
}
