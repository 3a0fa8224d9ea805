import type { Message } from '../base/message.js';
import type { PendingIdentity } from './pending-identity.js';

/** Whether an identity from a source requires an invitation to get an account. `optional`: a code may be typed. */
export type InvitationRule = 'required' | 'optional' | 'never';

/**
 * Which vouched addresses fit an invitation that is bound to an address or a domain. `strict`: only the person's own
 * address. `verified-any`: any address that the source vouches for. `domain`: one of the same domain. `notify`: any,
 * with the event `invitation.address_differs`. `off`: any.
 */
export type AddressPolicy = 'strict' | 'verified-any' | 'domain' | 'notify' | 'off';

/** The addresses that a source vouches for, to compare with a bound invitation. */
export interface VouchedAddresses {
  readonly policy: AddressPolicy;
  /** Canonical. */
  readonly addresses: readonly string[];
}

/** What stages and policies may do with identities that a source returned. */
export interface Identities {
  /** The source's own rule, evaluated anew; `required` where it returns no valid value. */
  invitationRule(identity: PendingIdentity): Promise<InvitationRule>;
  /**
   * True where an account already has the identity: one created in another tab, or by another enrollment at the same
   * time.
   */
  isConnected(identity: PendingIdentity): Promise<boolean>;
  /** The addresses to compare with a bound invitation. */
  vouched(identity: PendingIdentity): VouchedAddresses;
  /**
   * Links the identity to an existing account. Repeated for the same account it changes nothing. Refused where the
   * identity lapsed or belongs to another account, and where the account is gone or not active.
   */
  connect(
    userId: string,
    identity: PendingIdentity,
  ): Promise<{ readonly type: 'connected' } | { readonly type: 'denied'; readonly message: Message }>;
}
