import { canonicalEmail } from '../../base/canonical.js';
import type { EventSink } from '../../ports/events.js';
import type { InvitationSnapshot, InvitationStore } from '../../ports/invitation-store.js';
import { stateOf } from '../access/eligibility.js';
import { endEarlier } from './end-earlier.js';

/** What the mail of an invitation is about, right before it is sent. */
interface InvitationTopic {
  /** Why the mail must not be sent any more; `null`: it must be. */
  readonly withdrawn: string | null;
  /** The end of its link. */
  readonly expiresAt?: number | null;
  /** Ends the invitations that it takes the place of, where the call that ordered the mail has not. */
  endEarlier(): Promise<void>;
}

export async function topicOfInvitation(
  parts: { readonly store: InvitationStore; readonly events: EventSink },
  id: string,
  to: string,
): Promise<InvitationTopic> {
  const [snapshot = null] = await parts.store.read([id]);
  if (snapshot === null) return { withdrawn: 'its invitation was removed', endEarlier: () => Promise.resolve() };
  const { record } = snapshot;
  return {
    withdrawn: whyWithdrawn(snapshot, to),
    expiresAt: record.expires,
    endEarlier: () => endEarlier(parts, record),
  };
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
