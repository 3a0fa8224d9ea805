import type { MailedInvitationInput } from '../../ports/invitation-input.js';
import type { CreatedInvitation } from '../management/create.js';
import { findInvitation } from '../management/find.js';
import { refuseIssues } from '../management/input.js';
import { mailedIssues } from './mailed-input.js';
import type { MailingParts } from './mailing.js';
import { orderFirstMail } from './order-mail.js';
import { createMailable } from './send.js';

/** Invitations of people that an administrator approved on the waitlist. */
export interface WaitlistMails {
  /** @throws ERR_ENROLLMENT_INVITATION */
  check(input: MailedInvitationInput): void;
  /** As another invitation of the address; `keep`: earlier ones stay valid in any case. */
  create(input: MailedInvitationInput, settings: { readonly keep: boolean }): Promise<CreatedInvitation>;
  /** Orders its one mail, unless it was ordered. `entry`: the id of the entry on the waitlist. */
  order(invitation: string, entry: string): Promise<void>;
}

export function createWaitlistMails(parts: MailingParts): WaitlistMails {
  return Object.freeze<WaitlistMails>({
    check(input) {
      refuseIssues(mailedIssues(parts, input));
    },
    create: (input, { keep }) => createMailable(parts, input, keep ? { onEarlier: 'keep' } : {}),
    async order(invitation, entry) {
      const { record } = await findInvitation(parts, invitation);
      await orderFirstMail(parts, record, { kind: 'waitlist_approved', about: { type: 'waitlist', id: entry } });
    },
  });
}
