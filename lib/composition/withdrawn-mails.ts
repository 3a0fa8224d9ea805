import { suppressedResponse } from '../base/mail-kinds.js';
import type { Keyring } from '../base/keyring.js';
import { invitationOfMail } from '../invitations/mailing/order-mail.js';
import { withdrawnInvitation } from '../invitations/mailing/withdrawn.js';
import type { WaitingMail } from '../mail/mail-queue.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { EventSink } from '../ports/events.js';
import type { MailKind } from '../ports/mailer.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { ticketsWithEvents } from '../tickets/ticket-events.js';
import { withdrawnTicket } from '../tickets/withdrawn.js';

/**
 * Why a mail that waits must not be sent any more: what its link opens has ended. Mails that only tell something are
 * always sent.
 */
export function composeWithdrawnMails<User, Data>(
  { site, tickets }: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly users: UserStore<User>;
    readonly keyring: Keyring;
    readonly events: EventSink;
    readonly suppressions: SuppressionList;
  },
): (mail: WaitingMail) => Promise<string | null> {
  const { stores, users, keyring, events, suppressions } = parts;
  const store = ticketsWithEvents(stores.tickets, events);
  const ticketParts = { store, users, keyring, rules: { site, ...tickets }, sendsMails: true };
  return async ({ id, kind, about, to, tenant }) => {
    const invitation = invitationKinds.has(kind) ? invitationOfMail(id) : null;
    if (invitation !== null)
      return (
        (await withdrawnInvitation(stores.invitations, invitation, to)) ??
        ((await suppressions.find({ email: to, tenant })) === null ? null : suppressedResponse)
      );
    return about?.type === 'ticket' && ticketKinds.has(kind) ? withdrawnTicket(ticketParts, about.id) : null;
  };
}

const invitationKinds: ReadonlySet<MailKind> = new Set(['invitation', 'waitlist_approved']);
const ticketKinds: ReadonlySet<MailKind> = new Set([
  'ticket_invite',
  'ticket_recovery',
  'ticket_verify_email',
  'ticket_change_email',
]);
