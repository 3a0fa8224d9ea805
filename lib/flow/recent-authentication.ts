import type { StageContext } from './facts.js';
import { provedUser } from './proved-user.js';

/** How long a sign-in counts as recent, in seconds, where nothing else is set. */
export const recentSeconds = 600;

/**
 * True where the signed-in user has authenticated within `seconds`: at the sign-in, or again since, as by the password
 * in this plan. False for visitors who are not signed in.
 */
export function hasRecentlyAuthenticated(
  { facts, authenticated }: Pick<StageContext, 'facts' | 'authenticated'>,
  seconds: number = recentSeconds,
): boolean {
  const { user, authenticatedAt, now } = facts;
  if (user === undefined) return false;
  const inPlan = authenticated !== undefined && authenticated !== null && authenticated.user === user;
  const latest = Math.max(authenticatedAt ?? -Infinity, inPlan ? authenticated.at : -Infinity);
  return now - latest < seconds * 1000;
}

/**
 * True where the plan's user may change how they sign in: they have authenticated within ten minutes, also in a plan
 * before the sign-in, and no other user has signed in at this browser since.
 */
export function mayChangeSignIn(at: Pick<StageContext, 'facts' | 'authenticated' | 'context'>): boolean {
  const { facts, authenticated } = at;
  const user = provedUser(at);
  if (facts.user !== undefined) return (user ?? facts.user) === facts.user && hasRecentlyAuthenticated(at);
  const isProved = authenticated !== undefined && authenticated !== null && authenticated.user === user;
  return isProved && facts.now - authenticated.at < recentSeconds * 1000;
}
