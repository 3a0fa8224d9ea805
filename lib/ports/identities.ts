import type { Message } from '../base/message.js';
import type { PendingIdentity } from './pending-identity.js';

/** Whether an identity from a source needs an invitation to get an account. `optional`: a code may be typed. */
export type InvitationRule = 'required' | 'optional' | 'never';

/**
 * What an invitation that is bound to an address, or to a domain, asks of the addresses that a source vouches for.
 * `strict`: the person's own address is the one. `verified-any`: any that the source vouches for. `domain`: one of the
 * same domain. `notify`: any, and the event `invitation.address_differs` tells. `off`: any.
 */
export type AddressPolicy = 'strict' | 'verified-any' | 'domain' | 'notify' | 'off';

/** The addresses that a source vouches for, held against an invitation that is bound. */
export interface VouchedAddresses {
  readonly policy: AddressPolicy;
  /** Canonical. */
  readonly addresses: readonly string[];
}

/** What stages and policies may do with identities that a source returned. */
export interface Identities {
  /** The source's own rule, asked anew; `required` where it gives no answer that it may give. */
  invitationRule(identity: PendingIdentity): Promise<InvitationRule>;
  /** True where an account has it already: one that was made in another tab, or by another enrollment at the same time. */
  isConnected(identity: PendingIdentity): Promise<boolean>;
  /** What an invitation that is bound to an address is held against. */
  vouched(identity: PendingIdentity): VouchedAddresses;
  /**
   * Gives the identity to an account that exists. Again for the same account it changes nothing. Refused where the
   * identity lapsed or is another account's, and where the account is gone or not active.
   */
  connect(
    userId: string,
    identity: PendingIdentity,
  ): Promise<{ readonly type: 'connected' } | { readonly type: 'denied'; readonly message: Message }>;
}
