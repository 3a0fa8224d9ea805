import type { WaitlistEntry } from '../ports/waitlist-store.js';

/**
 * The allowed transitions of an entry. The process that creates or sends an invitation owns the entry until
 * `busyUntil`; an entry that is still approved after that was left by a process that died.
 */
export const mayApprove = (entry: WaitlistEntry, now: number): boolean =>
  entry.state === 'waiting' ||
  entry.state === 'refused' ||
  // No message can have been sent: an invitation is recorded before its message is sent.
  (entry.state === 'approved' && entry.invitation === null && !isHeld(entry, now));

export const mayResend = (entry: WaitlistEntry, now: number): boolean =>
  (entry.state === 'approved' || entry.state === 'sent' || entry.state === 'failed') && !isHeld(entry, now);

export const mayRefuse = (entry: WaitlistEntry): boolean => entry.state === 'waiting';

/** True when the message may or may not have been sent: sending was started, and its outcome is unknown. */
export const isUncertain = (entry: WaitlistEntry, now: number): boolean =>
  entry.state === 'approved' && entry.invitation !== null && entry.busyUntil !== null && !isHeld(entry, now);

function isHeld({ busyUntil }: WaitlistEntry, now: number): boolean {
  return busyUntil !== null && busyUntil > now;
}
