import type { StageContext } from './facts.js';

/**
 * The user who has proved who they are: the plan's, or one who signed in a moment ago and connects an identity, and so
 * does not type a password again. `undefined`: none has.
 */
export function provedUser({ context, facts }: Pick<StageContext, 'context' | 'facts'>): string | undefined {
  const { pending_user, connect_to: owner, signed_in_recently: recently } = context;
  return pending_user ?? (recently === true && facts.user === owner ? owner : undefined);
}
