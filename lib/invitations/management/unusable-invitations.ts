import type { Keyring } from '../../base/keyring.js';
import { everyPage } from '../../base/paging.js';
import type { InvitationStore } from '../../ports/invitation-store.js';
import type { Redemptions } from '../../ports/redemptions.js';
import { stateOf } from '../access/invitation-state.js';

const mostRead = 10_000;

/**
 * Counts the open invitations whose secrets are no longer configured: their codes no longer work. Reads the newest
 * 10,000 invitations; `more` reports that there are older ones.
 */
export async function countUnderDroppedSecrets(
  store: InvitationStore,
  keyring: Keyring,
  settles: boolean,
): Promise<{ readonly open: number; readonly more: boolean }> {
  const known = new Set(keyring.ids);
  let open = 0;
  let read = 0;
  for await (const page of everyPage((cursor) => store.list({ limit: 1000, ...cursor }))) {
    open += page.snapshots.filter(
      (snapshot) =>
        !known.has(snapshot.record.keyId) && ['open', 'not_yet', 'held'].includes(stateOf(snapshot, settles)),
    ).length;
    read += 1000;
    if (read >= mostRead && page.next !== null) return { open, more: true };
  }
  return { open, more: false };
}

/** How many of the latest redemptions in the user store are of invitations that the invitation store does not know. */
export interface LostInvitations {
  readonly looked: number;
  readonly lost: number;
}

const sample = 20;

/**
 * Checks whether the store still has the invitations of the latest accounts: a Redis that was restarted empty or
 * restored from a backup, or another prefix, does not. `null` when redemptions cannot be listed.
 */
export async function findLostInvitations(
  store: Pick<InvitationStore, 'read'>,
  redemptions: Redemptions | null,
): Promise<LostInvitations | null> {
  if (redemptions?.latest === undefined) return null;
  const rows = await redemptions.latest(sample);
  const ids = [...new Set(rows.flatMap(({ invitation_id: id }) => (id === null ? [] : [id])))];
  if (ids.length === 0) return { looked: 0, lost: 0 };
  const found = await store.read(ids);
  const missing = new Set(ids.filter((_, at) => found[at] === null || found[at] === undefined));
  const rowsWithId = rows.filter(({ invitation_id: id }) => id !== null);
  return {
    looked: rowsWithId.length,
    lost: rowsWithId.filter(({ invitation_id: id }) => missing.has(id ?? '')).length,
  };
}
