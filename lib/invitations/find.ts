import { EnrollmentError } from '../base/error.js';
import type { InvitationRecord, InvitationStore, LedgerKind, Standing } from '../ports/invitation-store.js';

/** @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404) */
export async function findInvitation(store: InvitationStore, id: string): Promise<Standing> {
  const [standing] = await store.read([id]);
  if (standing) return standing;
  throw new EnrollmentError('ERR_ENROLLMENT_UNKNOWN_INVITATION', `there is no invitation ${JSON.stringify(id)}`, {
    status: 404,
  });
}

/**
 * Changes a record, again from what is there whenever somebody else was faster. Tells what was there before.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function editInvitation(
  store: InvitationStore,
  id: string,
  ledger: LedgerKind,
  change: (standing: Standing) => Partial<InvitationRecord> | null,
): Promise<Standing> {
  for (;;) {
    const standing = await findInvitation(store, id);
    const { record } = standing;
    const changed = change(standing);
    if (
      changed === null ||
      (await store.edit({ ...record, ...changed, version: record.version + 1 }, record.version, ledger))
    )
      return standing;
  }
}
