import { message, type Message } from '../base/message.js';
import type { TicketInPlan } from '../ports/ticket-gate.js';
import type { TicketPurpose } from '../ports/ticket-store.js';

const titles = {
  invite: ['ticket.invite.title', 'ticket.invite.brand_title'],
  recovery: ['ticket.recovery.title', 'ticket.recovery.brand_title'],
  'verify-email': ['ticket.verify.title', 'ticket.verify.brand_title'],
  'change-email': ['ticket.change.title', 'ticket.change.brand_title'],
} as const satisfies Readonly<Record<TicketPurpose, readonly [string, string]>>;

/** The title of the page that a ticket opens: what is done there, and for which app. */
export function titleOfTicket({ purpose, app }: Pick<TicketInPlan, 'purpose' | 'app'>): Message {
  const [named, plain] = titles[purpose];
  return app === null ? message(plain) : message(named, { app });
}
