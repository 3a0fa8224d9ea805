import type { Enrolled } from './accounts.js';
import type { PendingIdentity } from './pending-identity.js';
import type { Redeemed } from './redeem.js';
import type { Redemption } from './redemptions.js';
import type { VouchedAddresses } from './identities.js';

/** An enrollment that comes with an identity of a source. */
export interface IdentifiedEnrollment {
  readonly identity: PendingIdentity;
  readonly enrollmentId: string;
  /** True: there is no invitation, and registration is not open; then the source's rule decides. */
  readonly needsInvitation: boolean;
}

/** How an account for an identity is to be written. */
export interface IdentifiedWrite {
  readonly vouched: VouchedAddresses;
  /** True when another account has the identity meanwhile; asked after a write threw. */
  readonly lost: () => Promise<boolean>;
}

/** What writing accounts needs of the sources. */
export interface IdentityEnrollment<User> {
  /**
   * Makes an account for an identity by `write`: only while its evidence holds, and one account for one identity. What
   * is refused before the write spends nothing.
   */
  enroll(
    enrollment: IdentifiedEnrollment,
    write: (order: IdentifiedWrite) => Promise<Redeemed<User>>,
  ): Promise<Enrolled>;
  /**
   * The account that was made beforehand for the identity's owner, who is connected to it now: only by an invitation
   * that is bound to the very address that the source vouches for. `null`: there is none.
   */
  claim(redemption: Redemption, identity: PendingIdentity): Promise<User | null>;
  /** The enrollment goes on without an identity: its account belongs to no identity that a source returned before. */
  forget(enrollmentId: string): Promise<void>;
}
