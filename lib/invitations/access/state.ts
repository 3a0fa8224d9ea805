import type { RefusalCause, InvitationSnapshot } from '../../ports/invitation-store.js';

/** Whether an invitation can be used, with the true cause if it cannot. */
export type InvitationState = 'open' | Exclude<RefusalCause, 'unknown' | 'already'>;

/**
 * Derived at every read, nowhere else and never stored. Valid from `notBefore` up to, not including, `expires`.
 * Places whose leases lapsed count as taken only where their results cannot be looked up (`settles` false).
 */
export function stateOf(standing: InvitationSnapshot, settles: boolean): InvitationState {
  const { record, now } = standing;
  if (record.revokedAt !== null) return 'revoked';
  if (record.notBefore !== null && now < record.notBefore) return 'not_yet';
  if (record.expires !== null && now >= record.expires) return 'expired';
  if (record.max === null) return 'open';
  if (standing.redeemed >= record.max) return 'used_up';
  const claimed = settles ? standing.claimed - standing.lapsed : standing.claimed;
  return standing.redeemed + standing.held + claimed >= record.max ? 'held' : 'open';
}
