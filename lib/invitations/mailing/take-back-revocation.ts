import type { EventSink } from '../../ports/events.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { editInvitation } from '../management/find.js';
import { keepOutstanding, type CeilingParts } from './outstanding.js';

/**
 * Takes back a revocation of a moment ago: also beside others of the address, and where others have its place below a
 * ceiling meanwhile.
 */
export async function takeBackRevocation(
  parts: CeilingParts & { readonly events: EventSink },
  id: string,
): Promise<void> {
  const { record } = await editInvitation(parts, id, { ledger: 'restored', by: undefined }, (present) =>
    isTakenBack(present.record) ? { revokedAt: null } : null,
  );
  if (!isTakenBack(record)) return;
  parts.events({ type: 'invitation.restored', id, by: null });
  await keepOutstanding(parts, [record]);
}

const isTakenBack = ({ revokedAt, replacedBy, declinedAt }: InvitationRecord): boolean =>
  revokedAt !== null && replacedBy === null && declinedAt === null;
