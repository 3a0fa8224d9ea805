import type { Keyring } from '../base/keyring.js';
import { flowPath, ticketLinkPath, ticketParameter } from '../http/links.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { Tickets } from '../ports/tickets.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { createTickets } from '../tickets/tickets.js';

/** Composes the tickets for administrators. */
export function composeTickets<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: { readonly stores: Stores; readonly keyring: Keyring; readonly users: UserStore<User> },
): Tickets {
  const { stores, keyring, users } = parts;
  const { site, flows, tickets, clock } = config;
  return createTickets({
    store: stores.tickets,
    users,
    keyring,
    clock,
    rules: { site, flows, ...tickets },
    linkUrl: (flow, token) => `${site.origin}${flowPath({ site }, flow)}${ticketLinkPath}?${ticketParameter}=${token}`,
    deliver: ({ created }) => Promise.resolve(created),
  });
}
