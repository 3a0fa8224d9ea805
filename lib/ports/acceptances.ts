import type { Message } from '../base/message.js';
import type { InvitationRef } from './invitation-gate.js';

/** An invitation that a signed-in user accepts with their own account. */
interface Acceptance {
  /** The id of the user who is signed in in this very request. */
  readonly user: string;
  readonly invitation: InvitationRef;
  readonly flow: string;
  /** The visitor's tenant; `undefined`: the app has no tenants. */
  readonly tenant?: string | null | undefined;
  /** `RequestFacts.address`. */
  readonly address: string;
}

type Accepted =
  | { readonly type: 'accepted' }
  /** An earlier request of the same account recorded it. */
  | { readonly type: 'accepted_before' }
  | { readonly type: 'denied'; readonly message: Message; readonly reference?: string };

/** What stages may do with invitations of existing accounts. */
export interface Acceptances {
  /**
   * Takes a seat for the account under the redemption protocol, once for each account and invitation. The invitation,
   * the account and its address are checked again.
   */
  accept(acceptance: Acceptance): Promise<Accepted>;
  /** True where its account has accepted it before. */
  isAccepted(invitation: InvitationRef): Promise<boolean>;
}
