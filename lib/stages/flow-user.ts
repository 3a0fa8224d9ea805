import type { StageContext } from '../flow/facts.js';

/**
 * The user whose account a stage may change: the signed-in user of this very request, else the one that this flow has
 * evidence for. A name that was only typed is none, and evidence from before the user's sessions were ended counts no
 * more. `null`: there is none, or the plan is about another user than the one who is signed in.
 */
export async function flowUser(at: StageContext): Promise<string | null> {
  const { facts, context, authenticated, services } = at;
  const { pending_user: pending } = context;
  if (facts.user !== undefined) return signedInUser(at);
  if (authenticated === undefined || authenticated === null || authenticated.user !== pending) return null;
  // Asked when the plan was loaded too; since then, policies may have taken as long as their timeouts allow.
  return (await services.sessions.hasEnded(authenticated.user, authenticated.epoch)) ? null : authenticated.user;
}

/**
 * The signed-in user, where the flow is not about another one: neither by a proof nor by a name that was typed. A name
 * of their own does not do after another user's proof: the flow may have asked for that one to protect this change.
 */
export async function signedInUser({
  facts: { user },
  context: { pending_user: pending, pending_user_identifier: typed },
  authenticated = null,
  services,
}: StageContext): Promise<string | null> {
  if (user === undefined) return null;
  if (pending !== undefined || typed === undefined) return (pending ?? user) === user ? user : null;
  if (authenticated !== null && authenticated.user !== user) return null;
  return (await services.profiles.findByTyped(typed, ['username', 'email']))?.id === user ? user : null;
}
