import type { MailedLink } from './fresh-invitations.js';

/**
 * `open`: it can be used, and declined; `held`: an account is being written with it; `superseded`: a newer one
 * took its place.
 */
export type MailedInvitationState = 'open' | 'held' | 'declined' | 'used' | 'revoked' | 'expired' | 'superseded';

/** Mailed invitations, for the people who have their mail. */
export interface InvitationDecline {
  /** `null`: the link is not the one of its mail. Claims whose process died are settled first. */
  stateOf(link: MailedLink): Promise<MailedInvitationState | null>;
  /**
   * Ends an open invitation as declined, and returns its state. Repeated, while an account is being written with it, or
   * with a link that is not that of the mail, nothing is changed.
   */
  decline(link: MailedLink): Promise<MailedInvitationState | null>;
}
