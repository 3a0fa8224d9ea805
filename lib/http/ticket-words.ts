import { titleOfTicket } from '../flow/ticket-title.js';
import type { FragmentWords } from '../pages/page-model.js';
import type { TicketInPlan } from '../ports/ticket-gate.js';
import type { TicketPurpose } from '../ports/ticket-store.js';
import type { Web } from './web.js';

/** What `#type=…` may say of a page that sets a password, the ticket's own purpose first. */
const types = { invite: 'invite', recovery: 'reset' } as const satisfies Partial<Record<TicketPurpose, string>>;

/**
 * The titles that the fragment of a ticket's address may choose. The name of the app is the ticket's; one without a name
 * takes that of a known app on the site that the ticket leads to. `null`: the page is not about a password.
 */
export function ticketWords(
  ticket: TicketInPlan | undefined,
  apps: Web['ticketApps'],
): readonly FragmentWords[] | null {
  if (ticket === undefined || (ticket.purpose !== 'invite' && ticket.purpose !== 'recovery')) return null;
  const purposes = ticket.purpose === 'invite' ? (['invite', 'recovery'] as const) : (['recovery', 'invite'] as const);
  const known = ticket.app === null ? apps.filter(({ origin }) => origin === ticket.leads_to) : [];
  const names = [...new Set(known.map(({ name }) => name))];
  return purposes.flatMap((purpose) => [
    { type: types[purpose], app: null, title: titleOfTicket({ purpose, app: ticket.app }) },
    ...names.map((app) => ({ type: types[purpose], app, title: titleOfTicket({ purpose, app }) })),
  ]);
}
