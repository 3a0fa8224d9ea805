import { canonicalEmail } from '../../base/canonical.js';
import type { InvitationSnapshot, InvitationStore } from '../../ports/invitation-store.js';
import { stateOf } from '../access/eligibility.js';

/** Why the mail of an invitation to `to` must not be sent any more, `null`: it must be; and the end of its link. */
export async function topicOfInvitation(
  store: Pick<InvitationStore, 'read'>,
  id: string,
  to: string,
): Promise<{ readonly withdrawn: string | null; readonly expiresAt?: number | null }> {
  const [snapshot = null] = await store.read([id]);
  if (snapshot === null) return { withdrawn: 'its invitation was removed' };
  return { withdrawn: whyWithdrawn(snapshot, to), expiresAt: snapshot.record.expires };
}

function whyWithdrawn(snapshot: InvitationSnapshot, to: string): string | null {
  const { bound, replacedBy } = snapshot.record;
  const address = bound === null ? null : canonicalEmail(bound);
  if (address !== to) return 'its invitation is for another address now';
  const state = stateOf(snapshot, false);
  if (state === 'revoked') return replacedBy === null ? 'its invitation was revoked' : 'its invitation was replaced';
  if (state === 'declined') return 'its invitation was declined';
  if (state === 'used_up') return 'its invitation was used';
  return state === 'expired' ? 'its invitation has expired' : null;
}
