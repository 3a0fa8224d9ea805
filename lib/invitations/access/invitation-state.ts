import type { RefusalCause, InvitationSnapshot, InvitationRecord } from '../../ports/invitation-store.js';

/** Whether an invitation can be used, with the true cause if it cannot. */
export type InvitationState = 'open' | Exclude<RefusalCause, 'unknown' | 'already'>;

/**
 * Derived at every read, nowhere else and never stored. Valid from `notBefore` up to, not including, `expires`.
 * Seats with lapsed leases count as claimed only when their results cannot be looked up (`settles` false).
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
  /** The maximum number of accounts; `null`: unlimited. */
  readonly uses: number | null;
  readonly redeemed: number;
  /** Seats reserved by enrollments in progress. */
  readonly held: number;
  /** Seats claimed while an account is being written. */
  readonly claimed: number;
  /** Claimed seats whose outcome is unknown since their leases expired. */
  readonly lapsed: number;
}

export function summaryOf(snapshot: InvitationSnapshot, settles: boolean): InvitationSummary {
  const { keyId: _secret, max, ...record } = snapshot.record;
  const { redeemed, held, claimed, lapsed } = snapshot;
  return { ...record, state: stateOf(snapshot, settles), uses: max, redeemed, held, claimed, lapsed };
}
