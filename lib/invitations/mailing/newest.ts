import type { InvitationSnapshot, InvitationStore } from '../../ports/invitation-store.js';
import { stateOf } from '../access/eligibility.js';

/** Longer chains of replaced invitations are not followed. */
const longestChain = 50;

/** The latest invitation that took the place of this one; itself where none did. */
export async function newestOf(
  { store }: { readonly store: Pick<InvitationStore, 'read'> },
  first: InvitationSnapshot,
): Promise<InvitationSnapshot> {
  let newest = first;
  for (let step = 0; step < longestChain && newest.record.replacedBy !== null; step += 1) {
    const [next = null] = await store.read([newest.record.replacedBy]);
    if (next === null) break;
    newest = next;
  }
  return newest;
}

/** True for the latest one of a chain whose replacement was begun by a process that died: there is no newer one. */
export const isHalfReplaced = ({ record }: InvitationSnapshot): boolean => record.replacedBy !== null;

/** True for one that was declined, revoked or has expired, with no account that it or its successor made or is making. */
export async function hasEnded(
  { store, settles }: { readonly store: Pick<InvitationStore, 'read'>; readonly settles: boolean },
  snapshot: InvitationSnapshot,
): Promise<boolean> {
  const newest = await newestOf({ store }, snapshot);
  const isUnused = (one: InvitationSnapshot): boolean => one.redeemed === 0 && one.claimed === 0;
  return (
    isUnused(snapshot) && isUnused(newest) && ['declined', 'revoked', 'expired'].includes(stateOf(newest, settles))
  );
}
