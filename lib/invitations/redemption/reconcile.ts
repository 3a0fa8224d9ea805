import { findInvitation, type Reach } from '../management/find.js';
import { redemptionKey } from './redemption.js';
import { commitSeat, settleAll, type SettleParts } from './settle.js';

/** Places that are looked up at the same time; so many in a row without an account, and there are no more. */
const atOnce = 20;

/**
 * Settles what lapsed, and then asks the user store for the accounts of seats 1, 2, 3 …: seats are given out from the
 * smallest, so accounts stand close together. Those that were made while there was no maximum have no numbers; the
 * store learns of each of them when its owner comes back.
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
