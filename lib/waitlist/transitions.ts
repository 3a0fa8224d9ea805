import type { WaitlistEntry } from '../ports/waitlist-store.js';

/**
 * What may happen to an entry. The process that makes or sends an invitation holds the entry until `busyUntil`; an
 * entry that is still approved after that was left behind by a process that died.
 */
export const mayApprove = (entry: WaitlistEntry, now: number): boolean =>
  entry.state === 'waiting' ||
  entry.state === 'refused' ||
  // No letter can have been sent: an invitation is noted before its letter is sent.
  (entry.state === 'approved' && entry.invitation === null && !isHeld(entry, now));

export const mayResend = (entry: WaitlistEntry, now: number): boolean =>
  (entry.state === 'approved' || entry.state === 'sent' || entry.state === 'failed') && !isHeld(entry, now);

export const mayRefuse = (entry: WaitlistEntry): boolean => entry.state === 'waiting';

/** True where a letter may or may not have gone out: sending was begun, and its outcome is unknown. */
export const isUncertain = (entry: WaitlistEntry, now: number): boolean =>
  entry.state === 'approved' && entry.invitation !== null && entry.busyUntil !== null && !isHeld(entry, now);

function isHeld({ busyUntil }: WaitlistEntry, now: number): boolean {
  return busyUntil !== null && busyUntil > now;
}
