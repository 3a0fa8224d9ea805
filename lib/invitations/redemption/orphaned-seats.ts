import type { InvitationSeat } from '../../ports/invitation-store.js';
import { findInvitation, type Reach } from '../management/find.js';
import type { LookUp } from './look-up.js';
import { redemptionKey } from './redemption.js';

/**
 * Redeemed seats whose redemption is not in the user store: a database that was set back, or rows that were deleted. They
 * stay taken, because an account may be in a backup; make other invitations for these people.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404), ERR_ENROLLMENT_UNSETTLED (503)
 */
export async function findOrphanedSeats(
  parts: Reach & { readonly lookUp: LookUp },
  id: string,
): Promise<readonly InvitationSeat[]> {
  await findInvitation(parts, id);
  const orphaned: InvitationSeat[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const { seats, next } = await parts.store.seats(id, { limit: 100, ...(after === undefined ? {} : { after }) });
    const redeemed = seats.filter(({ type }) => type === 'redeemed');
    const rows = await Promise.all(redeemed.map(({ seat }) => parts.lookUp({ key: redemptionKey(id, seat) })));
    orphaned.push(...redeemed.filter((_, at) => rows[at] === null));
    after = next;
  }
  return orphaned;
}
