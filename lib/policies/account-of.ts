import type { StageContext } from '../flow/facts.js';
import type { UserProfile } from '../ports/user-store.js';

type Asked = Pick<StageContext, 'context' | 'facts' | 'services'>;

/** The id of the account that the flow is about, else of the signed-in user. */
export function accountIdOf({ context, facts }: Asked): string | null {
  return context.pending_user ?? facts.user ?? null;
}

/** That account; `null`: there is none. */
export async function accountOf(asked: Asked): Promise<UserProfile | null> {
  const id = accountIdOf(asked);
  return id === null ? null : asked.services.profiles.find(id);
}
