import type { Keyring } from '../../base/keyring.js';
import { everyPage } from '../../base/paging.js';
import type { InvitationSeat, InvitationStore } from '../../ports/invitation-store.js';
import type { Redemptions } from '../../ports/redemptions.js';
import { stateOf } from '../access/eligibility.js';
import { redemptionKey } from '../redemption/redemption.js';
import { commitSeat, settleAll, type SettleParts, type LookUp } from '../redemption/settle.js';
import { findInvitation, type Reach } from './find.js';

/** Seats that are looked up concurrently; after this many in a row without an account, there are no more. */
const atOnce = 20;

/**
 * Settles lapsed claims, and then looks up the accounts of seats 1, 2, 3 … in the user store: seats are allotted from
 * the smallest number, so accounts are close together. Accounts that were created while there was no maximum have no
 * seat numbers; the store learns of each of them when its owner returns.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 * @throws ERR_ENROLLMENT_UNSETTLED (503)
 */
export async function reconcileInvitation(parts: SettleParts & Reach, id: string): Promise<number> {
  await findInvitation(parts, id);
  const { lookUp } = parts;
  const settled = await settleAll(parts, id);
  const before = await findInvitation(parts, id);
  for (let first = 1; ; first += atOnce) {
    const seats = Array.from({ length: atOnce }, (_, at) => String(first + at));
    const rows = await Promise.all(seats.map((seat) => lookUp({ key: redemptionKey(id, seat) })));
    await Promise.all(
      seats.map(async (seat, at) => {
        const row = rows[at];
        if (row) await commitSeat(parts, { id, seat }, row);
      }),
    );
    if (rows.every((row) => row === null)) break;
  }
  const after = await findInvitation(parts, id);
  return settled + after.redeemed - before.redeemed;
}

/**
 * Redeemed seats whose redemption is not in the user store: a database restored from a backup, or deleted rows.
 * They stay claimed, because an account may be in a backup; create other invitations for these people.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404), ERR_ENROLLMENT_UNSETTLED (503)
 */
export async function findOrphanedSeats(
  parts: Reach & { readonly lookUp: LookUp },
  id: string,
): Promise<readonly InvitationSeat[]> {
  await findInvitation(parts, id);
  const orphaned: InvitationSeat[] = [];
  for await (const { seats } of everyPage((cursor) => parts.store.seats(id, { limit: 100, ...cursor }))) {
    const redeemed = seats.filter(({ type }) => type === 'redeemed');
    const rows = await Promise.all(redeemed.map(({ seat }) => parts.lookUp({ key: redemptionKey(id, seat) })));
    orphaned.push(...redeemed.filter((_, at) => rows[at] === null));
  }
  return orphaned;
}

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
