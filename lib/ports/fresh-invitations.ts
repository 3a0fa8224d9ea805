import type { Secret } from '../base/secret.js';

/** The link of a mailed invitation, as its mail has it: a copied link has no `proof`. */
export interface MailedLink {
  readonly code: Secret;
  readonly proof: Secret;
}

/** Fresh links for people whose mailed invitation has expired, or was replaced by a newer one. */
export interface FreshInvitations {
  /** Why its owner may ask for a fresh link; `null`: they may not. Counts nothing: the proof cannot be guessed. */
  causeOf(link: MailedLink): Promise<'expired' | 'superseded' | null>;
  /**
   * Sends a fresh link to the address that the link was mailed to, where it may be renewed and the limits allow it. Tells
   * nothing of what it did, and does not wait for it. `client`: `RequestFacts.address`. `form`: the same for two clicks on one
   * page; of those, one sends. Left out: each call is one of its own.
   */
  renew(link: MailedLink, request: { readonly client: string; readonly form?: string }): Promise<void>;
}
