import type { StageContext } from '../flow/facts.js';
import { announceAuthenticator } from './announce-change.js';
import { hasRecentlyAuthenticated } from '../flow/recent-authentication.js';
import { provedUser } from '../flow/proved-user.js';
import { isStillProved } from './still-proved.js';
import type { SecondFactors, SecondFactorUser } from '../ports/second-factors.js';

/**
 * Whose authenticators the stage is about: the plan's user, who proved who they are; only proof makes a `pending_user`.
 * `null`: there is none, or another user has signed in in this browser meanwhile.
 */
export function factorUser(at: StageContext): SecondFactorUser | null {
  const { context, facts, enrollmentId } = at;
  const userId = provedUser({ context, facts });
  if (userId === undefined || (facts.user !== undefined && facts.user !== userId)) return null;
  return {
    userId,
    enrollmentId,
    address: facts.address,
    now: facts.now,
    holds: () => isStillProved(at, userId),
    announce: announceAuthenticator(at, userId, 'added'),
  };
}

/**
 * Who is asked for a second factor: as `factorUser`, or the signed-in user, where the flow asked for no password because
 * they have authenticated within ten minutes. Authenticators are never set up for the latter.
 */
export function askedUser(at: StageContext): SecondFactorUser | null {
  const { context, facts, enrollmentId } = at;
  if (provedUser(at) !== undefined || context.connect_to !== undefined) return factorUser(at);
  if (facts.user === undefined || !hasRecentlyAuthenticated(at)) return null;
  return { userId: facts.user, enrollmentId, address: facts.address, now: facts.now };
}

/** A flow with such a stage does not start without them. */
export function secondFactorsOf({ services }: StageContext): SecondFactors {
  if (services.secondFactors === undefined) throw new TypeError('the option authenticators is missing');
  return services.secondFactors;
}
