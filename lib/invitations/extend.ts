import type { InvitationRecord, InvitationStore } from '../ports/invitation-store.js';
import { editInvitation, findInvitation } from './find.js';
import type { InvitationChange } from './input.js';
import { changeIssues, milliseconds, refuseIssues } from './input-rules.js';
import { summaryOf, type InvitationSummary } from './summary.js';

/**
 * Changes how often or until when an invitation can be used. Running claims are not touched, later ones are bound by it.
 * @throws ERR_ENROLLMENT_INVITATION with all mistakes, in `issues`
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function extendInvitation(
  { store, settles }: { readonly store: InvitationStore; readonly settles: boolean },
  id: string,
  change: InvitationChange,
): Promise<InvitationSummary> {
  await editInvitation(store, id, 'extended', ({ record }) => {
    refuseIssues(changeIssues(change, record.kind));
    return changed(record, change);
  });
  return summaryOf(await findInvitation(store, id), settles);
}

function changed(record: InvitationRecord, { uses, expires }: InvitationChange): Partial<InvitationRecord> {
  return {
    max: uses === undefined ? record.max : uses === 'unlimited' ? null : uses,
    expires: expires === undefined ? record.expires : milliseconds(expires),
  };
}
