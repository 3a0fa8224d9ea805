import { message } from '../base/message.js';
import { isUnprovedAddress } from '../base/unproved-address.js';
import { defineSilentStage } from '../flow/define-stage.js';
import { isStillProved } from './still-proved.js';
import { prepareFormerAddress } from './former-address-notice.js';
import { titleOfTicket } from '../flow/ticket-title.js';

/**
 * Uses the plan's ticket to mark the address of its account as proved, or to give it its new address. It is no
 * evidence, and signs no user in. The mailbox proves an address, and not that the account is of its owner: a new address
 * needs the session of the account too, which a mail to a wrong mailbox is without. So does the first proof of an
 * address that was only typed: a stranger may have created the account.
 */
export const ticketEmailWrite = defineSilentStage<object>({
  kind: 'ticket_email_write',
  hasSideEffects: true,
  // The link alone confirms nothing: mail scanners open links too.
  requiresConfirmation: true,
  words: ({ context: { ticket } }) => ({
    title: ticket === undefined ? message('ticket.confirm_email.title') : titleOfTicket(ticket),
    text: message('ticket.confirm_email.text'),
    submit: message('ticket.confirm_email.submit'),
  }),
  requires: ['account-changes'],
  needs: ['ticket'],
  changesAddress: () => true,
  async run(_settings, at) {
    const { context, facts, flow, enrollmentId, services } = at;
    const { ticket } = context;
    const refusal = { type: 'denied', message: message('ticket.unknown.text') } as const;
    if (ticket === undefined || services.tickets === undefined) return refusal;
    const before = await services.profiles.find(ticket.user);
    const isOwnSession = facts.user === ticket.user;
    const needsSession = ticket.purpose === 'change-email' || (before !== null && isUnprovedAddress(before));
    if (needsSession && !isOwnSession) return { type: 'denied', message: message('ticket.confirm_email.sign_in') };
    const sendNotice =
      ticket.purpose === 'change-email' && before !== null ? await prepareFormerAddress(at, before, ticket.id) : null;
    const announcement = { flow: flow.slug, locale: facts.locale };
    const use = await services.tickets.confirmEmail(ticket, {
      plan: enrollmentId,
      announcement,
      holds: async () => !needsSession || isStillProved(at, ticket.user),
    });
    if (use.type === 'refused') return { ...refusal, ticket: use.refused };
    if (use.type === 'done') sendNotice?.();
    if (ticket.purpose === 'verify-email') return { type: 'completed' };
    return { type: 'completed', endEvidence: ticket.user };
  },
});
