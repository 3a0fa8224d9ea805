import type { Message } from '../base/message.js';
import type { HeldIdentity } from './held-identity.js';
import type { InvitationRule, VouchedAddresses } from './source-terms.js';

/** What stages and policies may do with people whom a source recognised. */
export interface Identities {
  /** Why it may not be acted upon any more: too old, its source is switched off or gone. `null`: it may. */
  lapsed(identity: HeldIdentity): Promise<Message | null>;
  /** The source's own rule, asked anew. */
  invitationRule(identity: HeldIdentity): Promise<InvitationRule>;
  /** What an invitation that is bound to an address is held against. */
  vouched(identity: HeldIdentity): VouchedAddresses;
  /** Gives the identity to an account that exists. Again for the same account it changes nothing. */
  connect(
    userId: string,
    identity: HeldIdentity,
  ): Promise<{ readonly is: 'connected' } | { readonly is: 'refused'; readonly message: Message }>;
}
