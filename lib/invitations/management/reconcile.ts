import { everyPage } from '../../base/paging.js';
import type { InvitationSeat } from '../../ports/invitation-store.js';
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
