import { endEarlier } from './end-earlier.js';
import { examineTicket, type FindParts } from './find-ticket.js';
import { readSettled } from './settle-ticket.js';
import { refOfId } from './ticket-keys.js';

/**
 * Why the mail with the link of a ticket must not be sent any more, `null`: it must be; and the end of the link. Right
 * before it is sent, the earlier tickets that it takes the place of end, where the call that created it has not ended them.
 */
export async function topicOfTicket<User>(
  parts: FindParts<User>,
  id: string,
): Promise<{ readonly withdrawn: string | null; readonly expiresAt?: number }> {
  const ref = refOfId(id);
  const snapshot = ref === null ? null : await readSettled(parts, [ref]);
  if (snapshot === null) return { withdrawn: 'its ticket was removed' };
  const found = await examineTicket(parts, snapshot, null, { plan: null, mailed: true });
  if (found.type === 'open') await endEarlier(parts, snapshot.record);
  return {
    withdrawn: found.type === 'refused' ? `its ticket ended: ${found.refused.cause}` : null,
    expiresAt: snapshot.record.expires,
  };
}
