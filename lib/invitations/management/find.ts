import { EnrollmentError } from '../../base/error.js';
import type {
  InvitationRecord,
  InvitationStore,
  LedgerKind,
  InvitationSnapshot,
} from '../../ports/invitation-store.js';

/** The scope of a search for invitations: all tenants, or one tenant, which never sees those of others. */
export interface Reach {
  readonly store: InvitationStore;
  readonly tenant?: string | undefined;
}

/** @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404), for another tenant's too */
export async function findInvitation({ store, tenant }: Reach, id: string): Promise<InvitationSnapshot> {
  const [standing] = await store.read([id]);
  if (standing && (tenant === undefined || standing.record.tenant === tenant)) return standing;
  throw new EnrollmentError('ERR_ENROLLMENT_UNKNOWN_INVITATION', `there is no invitation ${JSON.stringify(id)}`, {
    status: 404,
  });
}

/**
 * Changes a record, again from what is there whenever somebody else was faster. Tells what was there before.
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 */
export async function editInvitation(
  reach: Reach,
  id: string,
  { ledger, by }: { readonly ledger: LedgerKind; readonly by?: string | undefined },
  change: (standing: InvitationSnapshot) => Partial<InvitationRecord> | null,
): Promise<InvitationSnapshot> {
  for (;;) {
    const standing = await findInvitation(reach, id);
    const { record } = standing;
    const changed = change(standing);
    if (changed === null) return standing;
    const next = { ...record, ...changed, version: record.version + 1 };
    if (await reach.store.edit(next, record, ledger, by)) return standing;
  }
}
