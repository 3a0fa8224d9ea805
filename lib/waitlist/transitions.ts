import type { WaitlistEntry } from '../ports/waitlist-store.js';

/**
 * What may happen to an entry. Whoever makes or sends an invitation holds the entry until `busyUntil`; what is found
 * approved beyond that was left behind by a process that died.
 */
export const mayApprove = (entry: WaitlistEntry, now: number): boolean =>
  entry.state === 'waiting' ||
  entry.state === 'refused' ||
  // Nobody can have been written to: an invitation is noted before its letter is sent.
  (entry.state === 'approved' && entry.invitation === null && !isHeld(entry, now));

export const mayResend = (entry: WaitlistEntry, now: number): boolean =>
  (entry.state === 'approved' || entry.state === 'sent' || entry.state === 'failed') && !isHeld(entry, now);

export const mayRefuse = (entry: WaitlistEntry): boolean => entry.state === 'waiting';

/** True where a letter may or may not have gone out: sending was begun, and nobody told how it ended. */
export const isUncertain = (entry: WaitlistEntry, now: number): boolean =>
  entry.state === 'approved' && entry.invitation !== null && entry.busyUntil !== null && !isHeld(entry, now);

function isHeld({ busyUntil }: WaitlistEntry, now: number): boolean {
  return busyUntil !== null && busyUntil > now;
}
