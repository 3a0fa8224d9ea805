import type { MailedLink } from './fresh-invitations.js';

/** Mailed invitations, as the people they were mailed to end them. */
export interface InvitationDecline {
  /** `open`: it may be declined; `declined`: it was; `null`: neither, or the link is not the one of its mail. */
  stateOf(link: MailedLink): Promise<'open' | 'declined' | null>;
  /**
   * Ends an open invitation as declined. An account that is being written with it is written. Repeated, or with a link
   * that is not that of the mail, nothing is changed.
   */
  decline(link: MailedLink): Promise<void>;
}
