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
   * response has it. `at`: when that was, in milliseconds since 1970.
   */
  | { readonly type: 'plan_held'; readonly user: string; readonly at: number }
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

/** When the evidence was given, in milliseconds since 1970, for a request at `now`. */
export function timeOfEvidence(evidence: SignInEvidence, now: number): number {
  if (evidence.type === 'plan_held') return evidence.at;
  return evidence.type === 'form_repeated' ? now - evidence.agoMs : now;
}

/** What the time of a run's evidence depends on. */
interface Authenticated {
  readonly ask: { readonly facts: { readonly now: number } };
  readonly plan: Pick<Plan, 'proved' | 'provedAt'>;
  readonly endSessions: { readonly user: string; readonly at: number } | null;
}

/**
 * When the user of a run authenticated. All of a plan's evidence for one user has the time of the first: a later stage
 * does not make a password good again that was changed in between. Only where this very run ends the user's sessions,
 * the plan goes on.
 */
export function authenticatedAt({ ask, plan, endSessions }: Authenticated, evidence: SignInEvidence): number {
  if (endSessions?.user === evidence.user) return endSessions.at;
  const at = timeOfEvidence(evidence, ask.facts.now);
  return plan.proved === evidence.user ? Math.min(at, plan.provedAt ?? at) : at;
}

/**
 * True where the evidence is from this very request, and does not depend on a plan that another person may have changed
 * meanwhile.
 */
export function isOfThisRequest(evidence: SignInEvidence | null): boolean {
  return evidence !== null && evidence.type !== 'plan_held';
}
