import { freezeDeep, mergeDeep, type JsonObject } from '../base/json.js';
import type { InvitationStore } from '../ports/invitation-store.js';

/** What the invitation that an account came from enforces now; empty for accounts without one. */
export async function enforcedDataOf(
  invitations: Pick<InvitationStore, 'originOf' | 'read'>,
  userId: string,
): Promise<JsonObject> {
  const origin = await invitations.originOf(userId);
  const [snapshot] = origin === null ? [] : await invitations.read([origin.id]);
  // A copy, as no caller may change the record of a store in memory.
  return freezeDeep(mergeDeep({}, snapshot?.record.data ?? {}));
}
