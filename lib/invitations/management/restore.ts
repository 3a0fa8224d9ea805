import type { EventSink } from '../../ports/events.js';
import { editInvitation, findInvitation, type Reach } from './find.js';
import type { InvitationActor } from './input.js';
import { summaryOf, type InvitationSummary } from '../access/summary.js';

/**
 * Takes a revocation back; one that was not revoked stays as it is. It is open again if its time and uses allow.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function restoreInvitation(
  parts: Reach & { readonly events: EventSink; readonly settles: boolean },
  id: string,
  { by }: InvitationActor = {},
): Promise<InvitationSummary> {
  const before = await editInvitation(parts, id, { ledger: 'restored', by }, ({ record }) =>
    record.revokedAt === null ? null : { revokedAt: null },
  );
  if (before.record.revokedAt !== null) parts.events({ type: 'invitation.restored', id, by: by ?? null });
  return summaryOf(await findInvitation(parts, id), parts.settles);
}
