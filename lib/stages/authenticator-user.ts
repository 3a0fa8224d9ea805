import type { StageContext } from '../flow/facts.js';
import { provedUser } from '../flow/proved-user.js';
import type { SecondFactors, SecondFactorUser } from '../ports/second-factors.js';

/**
 * Whose authenticators the stage is about: the plan's user, who proved who they are; only proof makes a `pending_user`.
 * `null`: there is none, or another user has signed in in this browser meanwhile.
 */
export function factorUser({ context, facts, enrollmentId }: StageContext): SecondFactorUser | null {
  const userId = provedUser({ context, facts });
  if (userId === undefined || (facts.user !== undefined && facts.user !== userId)) return null;
  return { userId, enrollmentId, address: facts.address, now: facts.now };
}

/** A flow with such a stage does not start without them. */
export function secondFactorsOf({ services }: StageContext): SecondFactors {
  if (services.secondFactors === undefined) throw new TypeError('the option authenticators is missing');
  return services.secondFactors;
}
