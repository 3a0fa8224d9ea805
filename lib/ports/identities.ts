import type { Message } from '../base/message.js';
import type { Announce } from './mail-notices.js';
import type { PendingIdentity } from './pending-identity.js';

/** Whether an identity from a source requires an invitation to get an account. `optional`: a code may be typed. */
export type InvitationRule = 'required' | 'optional' | 'never';

/**
 * Which vouched addresses fit an invitation that is bound to an address or a domain. `strict`: only the person's own
 * address. `verified-any`: any address that the source has verified. `domain`: one of the same domain. `notify`: any,
 * with the event `invitation.address_differs`. `off`: any.
 */
export type AddressPolicy = 'strict' | 'verified-any' | 'domain' | 'notify' | 'off';

/** The addresses that a source has verified, to compare with a bound invitation. */
export interface VouchedAddresses {
  readonly policy: AddressPolicy;
  /** Canonical. */
  readonly addresses: readonly string[];
}

/**
 * Why an identity may not be used. `lapsed`: it is over an hour old. `disabled`: its source is switched off or gone.
 * `inactive`: its account is gone or not active. `taken`: it belongs to another account.
 * `disconnected`: the account is no longer connected to it. `another_account`: a user of
 * another account is signed in. `sign_in_again`: the signed-in user has to prove again that the account is theirs.
 * `matched`: an account with these details exists. `sign_in_only`: the source creates no accounts. `no_address`, `no_username`: the source returned none to match.
 */
export type IdentityDenialReason =
  | 'lapsed'
  | 'disabled'
  | 'inactive'
  | 'taken'
  | 'disconnected'
  | 'another_account'
  | 'sign_in_again'
  | 'matched'
  | 'sign_in_only'
  | 'no_address'
  | 'no_username';

export interface IdentityDenial {
  readonly type: 'denied';
  readonly reason: IdentityDenialReason;
  readonly message: Message;
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
  /**
   * Whether the identity still signs in to the account: its source is on, and the account is connected to it. `null`: it
   * does.
   */
  refusal(userId: string, identity: PendingIdentity): Promise<IdentityDenial | null>;
  /** The addresses to compare with a bound invitation. */
  vouched(identity: PendingIdentity): VouchedAddresses;
  /**
   * Links the identity to an existing account. Repeated for the same account it changes nothing. Refused where the
   * identity lapsed or belongs to another account, and where the account is gone or not active. `holds`: false where what
   * proves the user was ended, asked in the moment of the write; refused then (`sign_in_again`). Left out: it cannot be. `announce`: called
   * with the account's id where it is about to be connected.
   */
  connect(
    userId: string,
    identity: PendingIdentity,
    terms?: { readonly holds?: () => Promise<boolean>; readonly announce?: Announce<string> },
  ): Promise<{ readonly type: 'connected' } | IdentityDenial>;
}
