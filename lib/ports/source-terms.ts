import type { PendingIdentity, MatchingMode } from './pending-identity.js';

/** Whether an identity from a source needs an invitation to get an account. `optional`: a code may be typed. */
export type InvitationRule = 'required' | 'optional' | 'never';

/**
 * What an invitation that is bound to an address, or to a domain, asks of the addresses that a source vouches for.
 * `strict`: the person's own address is the one. `verified-any`: any that the source vouches for. `domain`: one of the
 * same domain. `notify`: any, and the event `invitation.address_differs` tells. `off`: any.
 */
export type AddressPolicy = 'strict' | 'verified-any' | 'domain' | 'notify' | 'off';

/** What one source's people may do here. */
export interface SourceTerms {
  readonly matching: MatchingMode;
  /** True: `…_link` connects an account without its owner having proved it; only where the provider is the account's owner, too. */
  readonly linkWithoutProof: boolean;
  readonly invitation: InvitationRule | ((identity: PendingIdentity) => InvitationRule | Promise<InvitationRule>);
  readonly address: AddressPolicy;
}

/** The app's sources as the rest of the kit needs to know them. */
export interface SourceDesk {
  /** `null`: there is no such source (any more). */
  terms(slug: string): SourceTerms | null;
  /** The app's own switch, asked anew each time. */
  enabled(slug: string): Promise<boolean>;
}

/** The addresses that a source vouches for, held against an invitation that is bound. */
export interface VouchedAddresses {
  readonly policy: AddressPolicy;
  /** Canonical. */
  readonly addresses: readonly string[];
}
