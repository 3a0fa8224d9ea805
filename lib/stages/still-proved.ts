import type { StageContext } from '../flow/facts.js';

/**
 * False where the session, or the evidence, that this request began with was ended since. To be asked again in the moment
 * of a write: a request may have waited.
 */
export async function isStillProved(
  { facts, authenticated, services }: Pick<StageContext, 'facts' | 'authenticated' | 'services'>,
  user: string,
): Promise<boolean> {
  const { session = null, user: signedIn } = facts;
  const evidence = authenticated?.user === user ? authenticated : null;
  if (evidence !== null && (await services.sessions.hasEnded(user, evidence.epoch))) return false;
  if (signedIn === undefined) return evidence !== null;
  if (signedIn !== user) return false;
  return session === null || (await services.sessions.list(user, session)).some(({ isCurrent }) => isCurrent);
}

/**
 * The same, and false where the user has set up a second factor since that this plan was to ask for. Not for what adds
 * one itself.
 */
export async function isProvedByAll(at: StageContext, user: string): Promise<boolean> {
  return (await isStillProved(at, user)) && (await at.lacksProof?.()) !== true;
}
