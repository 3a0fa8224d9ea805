import { editInvitation } from '../../../lib/invitations/management/find.js';
import type { InvitationStore } from '../../../lib/ports/invitation-store.js';

/** A record that is for another address, as no call makes one whose code was mailed. */
export async function moveInvitation(store: InvitationStore, id: string, bound: string): Promise<void> {
  await editInvitation({ store }, id, { ledger: 'edited' }, () => ({ bound }));
}
