import type { Enrolled } from './accounts.js';
import type { PendingIdentity } from './pending-identity.js';
import type { Redeemed } from './redeem.js';
import type { Redemption } from './redemptions.js';
import type { VouchedAddresses } from './source-terms.js';

/** How an account for an identity is to be written. */
export interface IdentifiedWrite {
  readonly vouched: VouchedAddresses;
  /** True when another account has the identity meanwhile; asked after a write threw. */
  readonly lost: () => Promise<boolean>;
}

/** What writing accounts needs of the sources. */
export interface IdentityEnrollment<User> {
  /**
   * Makes an account for an identity by `write`: only while the identity may be acted upon, and one account for one
   * identity. What is refused before the write spends nothing.
   */
  enroll(
    about: { readonly identity: PendingIdentity; readonly enrollmentId: string },
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
