import type { Keyring } from '../../base/keyring.js';
import { continuesWith, loadActivePlan } from '../../executor/active-plan.js';
import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import type { Plan } from '../../flow/plan.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import { mintPlanToken, type HeldPlanToken } from '../cookies/plan-token.js';
import { webOfPlan } from '../flow-versions.js';
import type { Web } from '../web.js';
import type { Resume } from './source-cookies.js';

/** The answer of a source, and where its sign-in began. */
export interface SourceAnswer {
  readonly web: Web;
  readonly identity: PendingIdentity;
  readonly resume: Resume;
  /** Identifies the answer; the same for a repeated answer. */
  readonly answer: string;
}

export interface BegunPlan {
  /** The version of the flows that it began with. */
  readonly web: Web;
  readonly flow: Flow;
  readonly planId: string;
  readonly enrollmentId: string;
  readonly secretId: string;
  /** `null`: nothing is stored yet, or it has expired. */
  readonly plan: Plan | null;
}

/**
 * The plan in which the sign-in began; `null` if it began in no flow, or if that plan was finished meanwhile in another
 * tab.
 */
export async function findBegunPlan({ web: present, resume }: SourceAnswer): Promise<BegunPlan | null> {
  if (resume.plan === null) return null;
  const web = await webOfPlan(present, resume.plan.id);
  const flow = web.flows.get(resume.plan.flow);
  if (flow === undefined) return null;
  const { id: planId, enrollmentId, secretId } = resume.plan;
  const plan = await loadActivePlan(web.context, flow, planId);
  return plan === 'over' ? null : { web, flow, planId, enrollmentId, secretId, plan };
}

/** The plan that has already received exactly this answer, from the first of two clicks. */
export async function findContinuedPlan(
  { web: present, resume }: SourceAnswer,
  contextFor: (flow: Flow) => Context,
): Promise<BegunPlan | null> {
  if (resume.plan === null) return null;
  const web = await webOfPlan(present, resume.plan.id);
  const flow = web.flows.get(resume.plan.flow);
  if (flow === undefined) return null;
  const { id: planId, enrollmentId, secretId } = resume.plan;
  const continues = await continuesWith(web.context, {
    flow,
    planId,
    enrollmentId,
    secretId,
    injectedContext: contextFor(flow),
  });
  return continues ? { web, flow, planId, enrollmentId, secretId, plan: null } : null;
}

/** Derived from the single-use answer: a repetition yields the same plan. */
export async function newPlanToken({ web, identity, answer }: SourceAnswer, flow: Flow): Promise<HeldPlanToken> {
  const { source, issuer, subject, pendingSince } = identity;
  const derived = (keyring: Keyring): HeldPlanToken => {
    const token = keyring.sign('source', JSON.stringify(['plan', flow.slug, source, issuer, subject, answer]));
    return mintPlanToken(keyring, flow.slug, pendingSince, token);
  };
  // Another process may have processed it first, and may sign with another of the secrets.
  const { ids } = web.keyring;
  for (const planToken of ids.length < 2 ? [] : ids.map((id) => derived(web.keyring.under(id))))
    if ((await web.context.plans.load(planToken.planId)) !== null) return planToken;
  return derived(web.keyring);
}

/** The token itself stays in the browser; the ids suffice to exchange it. */
export function tokenOfBegunPlan(
  { identity }: SourceAnswer,
  { planId, enrollmentId, secretId }: BegunPlan,
): HeldPlanToken {
  return { text: '', planId, enrollmentId, fresh: false, issuedAt: identity.pendingSince, secretId };
}
