import type { Message } from '../base/message.js';
import type { PendingIdentity } from './pending-identity.js';
import type { InvitationRule, VouchedAddresses } from './source-terms.js';

/** What stages and policies may do with identities that a source returned. */
export interface Identities {
  /** Why it may not be acted upon any more: over an hour old, its source is switched off or gone. `null`: it may. */
  lapsed(identity: PendingIdentity): Promise<Message | null>;
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
