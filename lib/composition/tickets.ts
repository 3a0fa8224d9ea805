import type { Background } from '../base/background.js';
import type { Keyring } from '../base/keyring.js';
import { flowPath, ticketLinkPath, ticketParameter } from '../http/links.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { Accounts } from '../ports/accounts.js';
import type { TicketGate } from '../ports/ticket-gate.js';
import type { Tickets } from '../ports/tickets.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import { createTicketGate } from '../tickets/ticket-gate.js';
import { createTickets } from '../tickets/tickets.js';

interface TicketsParts<User> {
  readonly stores: Pick<Stores, 'tickets'>;
  readonly keyring: Keyring;
  readonly users: UserStore<User>;
}

/** True where a flow of the app takes tickets. */
export function takesTickets<User, Data>({ flows }: Pick<EnrollmentConfig<User, Data>, 'flows'>): boolean {
  return flows.some(({ tickets }) => tickets.length > 0);
}

/** Composes the tickets for administrators. */
export function composeTickets<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { stores, keyring, users }: TicketsParts<User>,
): Tickets {
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

/** Composes the tickets for the flows; `null` where none takes any. */
export function composeTicketGate<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: TicketsParts<User> & { readonly accounts: Accounts; readonly background: Background },
): TicketGate | null {
  if (!takesTickets(config)) return null;
  const { stores, keyring, users, accounts, background } = parts;
  const { site, tickets, logger: log } = config;
  return createTicketGate({
    store: stores.tickets,
    users,
    keyring,
    accounts,
    background,
    log,
    rules: { site, ...tickets },
    sendsMails: false,
    renew: () => Promise.resolve(),
  });
}
