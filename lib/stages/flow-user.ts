import type { StageContext } from '../flow/facts.js';

/**
 * The user whose account a stage may change: the signed-in user of this very request, else the one that this flow has
 * evidence for. A name that was only typed is none, and evidence from before the user's sessions were ended counts no
 * more. `null`: there is none, or the plan is about another user than the one who is signed in.
 */
export async function flowUser({ facts, context, authenticated, services }: StageContext): Promise<string | null> {
  const { pending_user: pending } = context;
  if (facts.user !== undefined) return pending === undefined || pending === facts.user ? facts.user : null;
  if (authenticated === undefined || authenticated === null || authenticated.user !== pending) return null;
  // Asked when the plan was loaded too; since then, policies may have taken as long as their timeouts allow.
  return (await services.sessions.hasEnded(authenticated.user, authenticated.epoch)) ? null : authenticated.user;
}
