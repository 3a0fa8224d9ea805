import { message, type Message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';

/** The message where another account has a name or address; to its owner, that they have an account. */
export async function takenMessage(
  id: 'prompt.username.taken' | 'prompt.email.taken',
  { context: { identity }, services }: StageContext,
): Promise<Message> {
  if (identity === undefined || (await services.identities?.isConnected(identity)) !== true) return message(id);
  return message('source.account_exists', { source: identity.sourceName });
}

/** The user who may keep the present name or address: the signed-in one, in a flow that changes an account. */
export function ownAccount({ facts, flow }: StageContext): string | undefined {
  return flow.designation === 'stage_configuration' ? facts.user : undefined;
}
