import { message, minutesOf } from '../base/message.js';
import type { PlanToken } from '../flow/plan.js';
import type { LimitAnswer } from '../ports/limits.js';
import { refusal, type Reply } from './reply.js';
import type { Run } from './run.js';

/**
 * Counts a plan that is stored for the first time. A plan that finishes at once, or that has a written account, is not
 * counted.
 */
export async function countNewPlan({ context, ask, plan, revision }: Run, done: boolean): Promise<LimitAnswer> {
  if (done || revision > 0 || plan.account !== undefined || context.newPlans === undefined) return { over: false };
  return context.newPlans.consume(ask.facts.address);
}

/** Reverts a finished plan's count. Not awaited: the response does not depend on it. */
export function rewardFinishedPlan({ context, ask, revision }: Run): void {
  if (revision > 0) context.newPlans?.reward(ask.facts.address).catch(() => undefined);
}

/** Removes a plan that exceeded the limit. It was stored in the same round trip in which it was counted. */
export async function refuseNewPlan(run: Run, token: PlanToken | null, retryAfterSeconds: number): Promise<Reply> {
  const { context, ask, plan } = run;
  await Promise.all([plan.id, ...(token === null ? [] : [token.planId])].map((id) => context.plans.drop(id)));
  const { invitation } = plan.context;
  if (invitation !== undefined)
    await context.services.invitations.releaseReservation(invitation, plan.enrollmentId, ask.facts.address);
  const minutes = minutesOf(retryAfterSeconds);
  return refusal(429, [message('plan.throttled', { minutes })], { flow: ask.flow, retryAfterSeconds });
}
