import type { InvitationRecord, InvitationSnapshot } from '../../ports/invitation-store.js';
import { stateOf, type InvitationState } from './state.js';

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

export function summaryOf(standing: InvitationSnapshot, settles: boolean): InvitationSummary {
  const { keyId: _secret, max, ...record } = standing.record;
  const { redeemed, held, claimed, lapsed } = standing;
  return { ...record, state: stateOf(standing, settles), uses: max, redeemed, held, claimed, lapsed };
}
