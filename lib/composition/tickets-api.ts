import type { TicketsApiParts } from '../http/tickets-api/tickets-api.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { UserStore } from '../ports/user-store.js';
import { findTicketUser } from '../tickets/ticket-user.js';

/** What the HTTP interface for tickets needs. */
export function composeTicketsApi<User, Data>(
  { tickets: { clients, connections } }: EnrollmentConfig<User, Data>,
  { web, tickets, users }: Pick<TicketsApiParts, 'web' | 'tickets'> & { readonly users: UserStore<User> },
): TicketsApiParts {
  return {
    web,
    tickets,
    clients,
    connections,
    hasPassword: async (who) => ((await users.passwordHash?.(await findTicketUser(users, who))) ?? null) !== null,
  };
}
