import type { JsonObject } from '../base/json.js';
import type { Enrolled } from './accounts.js';
import type { PendingIdentity } from './pending-identity.js';
import type { Redeemed } from './redeem.js';
import type { Redemption } from './redemptions.js';
import type { VouchedAddresses } from './identities.js';

/** An enrollment with an identity of a source. */
export interface IdentifiedEnrollment {
  readonly identity: PendingIdentity;
  readonly enrollmentId: string;
  /** True: there is no invitation, and registration is not open; the source's rule decides then. */
  readonly needsInvitation: boolean;
}

/** How to write an account for an identity. */
export interface IdentifiedWrite {
  readonly vouched: VouchedAddresses;
  /** For the new account; what was typed and the invitation's values override it. */
  readonly data: JsonObject;
  /** True when another account got the identity meanwhile; called after a write threw. */
  readonly lost: () => Promise<boolean>;
  /**
   * Called right before the account is created. A process that was suspended for longer than the identity's lock lasts
   * creates none.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503) when another enrollment of the identity may have begun
   */
  confirm(): Promise<void>;
}

/** The part of the sources that is needed to write accounts. */
export interface IdentityEnrollment<User> {
  /**
   * Creates an account for an identity with `write`: only while its evidence is valid, and one account for one
   * identity. A refusal before the write uses no seat.
   */
  enroll(
    enrollment: IdentifiedEnrollment,
    write: (order: IdentifiedWrite) => Promise<Redeemed<User>>,
  ): Promise<Enrolled>;
  /**
   * Claims the account that was created beforehand for the identity's owner, and links the identity to it. It requires
   * an invitation that is bound to exactly the address that the source vouches for. `null`: there is none.
   */
  claim(redemption: Redemption, identity: PendingIdentity): Promise<User | null>;
  /** The enrollment continues without an identity: its account belongs to no identity that a source returned before. */
  forget(enrollmentId: string): Promise<void>;
}
