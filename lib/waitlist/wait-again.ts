import type { WaitlistEntry } from '../ports/waitlist-store.js';
import { mayResend, mostEarlier, move, undecided } from './entry.js';
import type { WaitlistParts } from './parts.js';

/**
 * A person asks again: an entry whose invitation was declined, revoked or has expired unused waits for another decision, at
 * its place and with its answers. The invitation is looked up for every entry, so that the time of a request does not
 * tell what an address has.
 */
export async function waitAgain(
  { store, invitations, clock, events }: Pick<WaitlistParts, 'store' | 'invitations' | 'clock' | 'events'>,
  { id, tenant, invitation: last }: WaitlistEntry,
): Promise<void> {
  const [found = null] = await invitations.snapshot([last ?? id]);
  // One that the store has lost can no longer be used either.
  if (last === null || (found !== null && !found.hasEnded)) return;
  const now = clock.now();
  const moved = await move(store, id, (entry) =>
    entry.invitation === last && mayResend(entry, now)
      ? { ...undecided, earlier: [...entry.earlier, last].slice(-mostEarlier) }
      : null,
  );
  if (moved?.changed === true) events({ type: 'waitlist.asked_again', id, tenant, invitation: last });
}
