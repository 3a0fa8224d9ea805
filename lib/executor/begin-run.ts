import type { Plan } from '../flow/plan.js';
import { startPlan } from '../flow/machine/start.js';
import type { Reply } from './reply.js';
import type { Ask, ExecutorContext, Run } from './run.js';
import type { SignInEvidence } from './sign-in-evidence.js';

/** The initial record that the steps of a request pass on. */
export function beginRun(context: ExecutorContext, ask: Ask, plan: Plan, revision: number): Run {
  return {
    context,
    ask,
    plan,
    before: {},
    revision,
    enrollments: 0,
    answered: false,
    binding: null,
    messages: [],
    evidence: answeredBy(ask),
    signIn: null,
    signOut: false,
    changed: false,
    reply: null,
  };
}

/** A source's answer in this very request is evidence of who the visitor is. */
export function answeredBy({ injectedContext }: Ask): SignInEvidence | null {
  const user = injectedContext?.pending_user;
  return user === undefined ? null : { type: 'source_answered', user };
}

/** A request that ends before its plan is loaded. */
export function endedRun(context: ExecutorContext, ask: Ask, reply: Reply): Run {
  const { planId: id, enrollmentId, facts } = ask;
  const plan = startPlan(ask.flow, { id, enrollmentId, origin: {}, now: facts.now, leftOut: new Set() });
  return { ...beginRun(context, ask, plan, 0), reply };
}
