import type { InvitationRecord } from './invitation-record.js';

/** How many mailed invitations may be outstanding at once; `null`: any number. */
export interface OutstandingCeilings {
  readonly perTenant: number | null;
  readonly perInviter: number | null;
  readonly perRecipient: number | null;
}

/** A mailed invitation that is about to be outstanding. */
export interface OutstandingReservation {
  readonly record: InvitationRecord;
  readonly ceilings: OutstandingCeilings;
  /**
   * Ids of invitations that end in its favor. While it counts by itself, they are counted neither for it nor for other
   * reservations: the two have one place. One that does not end after all is counted again then.
   */
  readonly instead: readonly string[];
  /** For how long it counts by itself: until it is created or edited. */
  readonly seconds: number;
}
