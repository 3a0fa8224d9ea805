import type { RefusalCause, InvitationSnapshot, InvitationRecord } from '../../ports/invitation-store.js';

/** Whether an invitation can be used, with the true cause if it cannot. */
export type InvitationState = 'open' | Exclude<RefusalCause, 'unknown' | 'already'>;

/**
 * Derived at every read, nowhere else and never stored. Valid from `notBefore` up to, not including, `expires`.
 * Places whose leases lapsed count as taken only where their results cannot be looked up (`settles` false).
 */
export function stateOf(snapshot: InvitationSnapshot, settles: boolean): InvitationState {
  const { record, now } = snapshot;
  if (record.revokedAt !== null) return 'revoked';
  if (record.notBefore !== null && now < record.notBefore) return 'not_yet';
  if (record.expires !== null && now >= record.expires) return 'expired';
  if (record.max === null) return 'open';
  if (snapshot.redeemed >= record.max) return 'used_up';
  const claimed = settles ? snapshot.claimed - snapshot.lapsed : snapshot.claimed;
  return snapshot.redeemed + snapshot.held + claimed >= record.max ? 'held' : 'open';
}

/** An invitation as administrators see it. Never its code, only the code's last characters. */
export interface InvitationSummary extends Omit<InvitationRecord, 'keyId' | 'max'> {
  readonly state: InvitationState;
  /** How many accounts at most; `null`: any number. */
  readonly uses: number | null;
  readonly redeemed: number;
  /** Places kept for people who are on their way. */
  readonly held: number;
  /** Places taken while an account is being written. */
  readonly claimed: number;
  /** Claimed seats whose outcome is unknown since their leases ran out. */
  readonly lapsed: number;
}

export function summaryOf(snapshot: InvitationSnapshot, settles: boolean): InvitationSummary {
  const { keyId: _secret, max, ...record } = snapshot.record;
  const { redeemed, held, claimed, lapsed } = snapshot;
  return { ...record, state: stateOf(snapshot, settles), uses: max, redeemed, held, claimed, lapsed };
}
