import { userIdText } from '../../base/user-id.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { Redemption, RedemptionRow } from '../../ports/redemptions.js';
import { boundAddress } from '../access/eligibility.js';

/** The key that limits a seat to one account: unique in the user store. */
export function redemptionKey(invitationId: string, seat: string): string {
  return `${invitationId}:${seat}`;
}

/** The invitation and seat of a row; `null` for an account that needed no invitation. */
export function seatOfRedemption(row: RedemptionRow): { readonly id: string; readonly seat: string } | null {
  const id = row.invitation_id;
  if (id === null || !row.redemption_key.startsWith(`${id}:`)) return null;
  return { id, seat: row.redemption_key.slice(id.length + 1) };
}

/** The redemption that is passed to the write for a claimed seat. */
export function invitedRedemption(enrollmentId: string, record: InvitationRecord, seat: string): Redemption {
  const { id, label, data } = record;
  return redemption(enrollmentId, redemptionKey(id, seat), { id, label, email: boundAddress(record), data });
}

/** The redemption that is passed to the write when no invitation is needed. */
export function openRedemption(enrollmentId: string): Redemption {
  return redemption(enrollmentId, `none:${enrollmentId}`, null);
}

function redemption(enrollmentId: string, key: string, invitation: Redemption['invitation']): Redemption {
  return Object.freeze({
    key,
    enrollmentId,
    invitation,
    row: (userId: string | number): RedemptionRow => ({
      redemption_key: key,
      enrollment_id: enrollmentId,
      invitation_id: invitation?.id ?? null,
      user_id: userIdText(userId, 'redemption.row()'),
    }),
  });
}
