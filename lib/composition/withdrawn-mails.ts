import { suppressedResponse } from '../base/mail-kinds.js';
import type { Keyring } from '../base/keyring.js';
import { invitationOfMail } from '../invitations/mailing/order-mail.js';
import { topicOfInvitation } from '../invitations/mailing/mail-topic.js';
import { mailIdOf } from '../mail/mail-order.js';
import type { MailTopic, WaitingMail } from '../mail/read-again.js';
import { withdrawnCode } from '../mail/withdrawn-code.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { EventSink } from '../ports/events.js';
import type { MailKind } from '../ports/mailer.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { ticketsWithEvents } from '../tickets/ticket-events.js';
import { topicOfTicket } from '../tickets/mail-topic.js';
import { linkEnd } from '../users/address-history.js';
import { createRehashedPasswords } from '../users/rehashed-passwords.js';
import { stateOfUndo } from '../users/undo-state.js';
import { composeAddressHistory } from './address-undo.js';

/**
 * What a mail that waits is about: whether what its link opens has ended, and when it ends. Mails that only tell something
 * are always sent.
 */
export function composeWithdrawnMails<User, Data>(
  { site, tickets, clock, logger }: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly users: UserStore<User>;
    readonly keyring: Keyring;
    readonly events: EventSink;
    readonly suppressions: SuppressionList;
  },
): (mail: WaitingMail) => Promise<MailTopic> {
  const { stores, users, keyring, events, suppressions } = parts;
  const store = ticketsWithEvents(stores.tickets, events);
  const rehashed = createRehashedPasswords(stores.ephemeralStore);
  const ticketParts = { store, users, rehashed, keyring, rules: { site, ...tickets }, sendsMails: true };
  const codes = { ...stores, users, rehashed, keyring };
  const history = composeAddressHistory(stores, logger);

  async function topicOfUndo(mail: string, user: string): Promise<MailTopic> {
    const change = (await history.read(user)).find((one) => mailIdOf('address_change_undo', one.id) === mail);
    if (change === undefined) return { withdrawn: nothingToUndo };
    const state = await stateOfUndo({ users, rehashed, history, clock }, user, change.id);
    return { withdrawn: state === 'open' ? null : nothingToUndo, expiresAt: linkEnd(change) };
  }

  return async ({ id, kind, about, to, tenant, binding }) => {
    if (binding !== null) return { withdrawn: await withdrawnCode(codes, binding, to) };
    if (kind === 'address_change_undo' && about?.type === 'account') return topicOfUndo(id, about.id);
    const invitation = invitationKinds.has(kind) ? invitationOfMail(id) : null;
    if (invitation !== null) {
      const { endEarlier, ...found } = await topicOfInvitation({ store: stores.invitations, events }, invitation, to);
      if (found.withdrawn !== null) return found;
      await endEarlier();
      const isStopped = (await suppressions.find({ email: to, tenant })) !== null;
      return isStopped ? { ...found, withdrawn: suppressedResponse } : found;
    }
    return about?.type === 'ticket' && ticketKinds.has(kind)
      ? topicOfTicket(ticketParts, about.id)
      : { withdrawn: null };
  };
}

const nothingToUndo = 'its link has nothing left to undo';
const invitationKinds: ReadonlySet<MailKind> = new Set(['invitation', 'waitlist_approved']);
const ticketKinds: ReadonlySet<MailKind> = new Set([
  'ticket_invite',
  'ticket_recovery',
  'ticket_verify_email',
  'ticket_change_email',
]);
