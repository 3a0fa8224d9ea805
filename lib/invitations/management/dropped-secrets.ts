import type { Keyring } from '../../base/keyring.js';
import type { InvitationStore } from '../../ports/invitation-store.js';
import { stateOf } from '../access/state.js';

const mostRead = 10_000;

/**
 * Counts the open invitations whose secrets are no longer configured: their codes do not work any more. Reads the
 * newest 10,000 invitations; `more` tells that there are older ones.
 */
export async function countUnderDroppedSecrets(
  store: InvitationStore,
  keyring: Keyring,
  settles: boolean,
): Promise<{ readonly open: number; readonly more: boolean }> {
  const known = new Set(keyring.ids);
  let open = 0;
  let read = 0;
  for (let after: string | null | undefined; after !== null;) {
    const page = await store.list({ limit: 1000, ...(after === undefined ? {} : { after }) });
    open += page.standings.filter(
      (standing) =>
        !known.has(standing.record.keyId) && ['open', 'not_yet', 'held'].includes(stateOf(standing, settles)),
    ).length;
    read += 1000;
    after = page.next;
    if (read >= mostRead && after !== null) return { open, more: true };
  }
  return { open, more: false };
}
