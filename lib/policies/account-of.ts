import type { StageContext } from '../flow/facts.js';
import type { UserProfile } from '../ports/user-store.js';

type Asked = Pick<StageContext, 'context' | 'facts' | 'services'>;

/** The id of the account that the flow is about, else of the signed-in user. */
export function accountIdOf({ context, facts }: Asked): string | null {
  return context.pending_user ?? facts.user ?? null;
}

/**
 * The account that the flow is about, else of the signed-in user; `null`: there is none. As in authentik, a flow is about
 * the account of the name that an identification stage has asked for, also before the password: policies decide what the
 * flow asks, and never who the visitor is.
 * @throws Error where a signed-in user typed another name: the stages to come act on one account or the other, so a policy
 * can answer for neither
 */
export async function accountOf(asked: Asked): Promise<UserProfile | null> {
  const typed = identifiedName(asked);
  if (typed !== null) {
    const found = await asked.services.profiles.findByTyped(typed, ['username', 'email']);
    const { user } = asked.facts;
    if (user !== undefined && found?.id !== user) throw new Error('a signed-in user has typed the name of another one');
    return found;
  }
  const id = accountIdOf(asked);
  return id === null ? null : asked.services.profiles.find(id);
}

/** The name that the visitor typed, until it is known who they are; `null`: none, or that is known. */
export function identifiedName({ context }: Pick<Asked, 'context'>): string | null {
  return context.pending_user === undefined ? (context.pending_user_identifier ?? null) : null;
}
