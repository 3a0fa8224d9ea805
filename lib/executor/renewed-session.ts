import type { Flow } from '../flow/flow.js';
import { bindingOf } from '../flow/machine/advance.js';
import type { CompletionReceipt, RenewedSession } from '../flow/plan.js';
import type { GrantedSignIn } from './reply.js';
import type { Run, Submission } from './run.js';
import { isOfThisRequest, maySignIn, type SignInEvidence } from './sign-in-evidence.js';

/**
 * True where the user's session gets a new id at the end of this run, by a new password for example. Only where this very
 * form proved the user, or has their new password: sent again, a form without their secret is no evidence. One that is
 * bound to its client stays without.
 */
export function renewsSession({ ask, endSessions, evidence, signIn, signOut }: Run): boolean {
  const { facts, flow, submission } = ask;
  if (endSessions === null || signIn !== null || signOut || facts.user === undefined) return false;
  const { evidenceOnly, endsOwnSession, keepsId } = endSessions;
  const isKept = !evidenceOnly && !endsOwnSession && !keepsId && endSessions.user === facts.user;
  const isRecorded = typeof facts.session === 'string' && facts.isSessionBound === false;
  return (
    isKept &&
    isRecorded &&
    (isOfThisRequest(evidence) || hasPassword(flow, submission)) &&
    maySignIn(facts.user, evidence)
  );
}

function hasPassword(flow: Flow, submission: Submission | null): boolean {
  const stage = submission === null ? undefined : bindingOf(flow, submission.step)?.stage;
  return stage?.asking === true && stage.secretFields.includes('password');
}

/** Browsers keep the cookies of the second of two answers: its request gets a session of its own. */
export function renewedSessionOf(run: Run): Pick<CompletionReceipt, 'renewed'> {
  const { ask, endSessions, plan } = run;
  const { user, session } = ask.facts;
  if (!renewsSession(run) || endSessions === null || user === undefined || typeof session !== 'string') return {};
  const { at, epoch } = endSessions;
  return { renewed: { user, session, at, epoch, password: plan.provedPassword ?? null } };
}

/** What the form that renewed the session, sent again, signs in with. */
export function signInAgain(
  { user, session, at, epoch, password }: RenewedSession,
  evidence: SignInEvidence,
): GrantedSignIn | null {
  if (!maySignIn(user, evidence)) return null;
  return { signIn: user, rememberSeconds: null, evidence, authenticatedAt: at, epoch, password, renews: session };
}
