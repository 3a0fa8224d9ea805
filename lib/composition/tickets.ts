import type { Background } from '../base/background.js';
import type { Keyring } from '../base/keyring.js';
import type { Flow } from '../flow/flow.js';
import { flowPath, ticketLinkPath, ticketMailParameter, ticketParameter } from '../http/links.js';
import { signInUrlOf } from './mail.js';
import type { EnrollmentConfig } from '../options/options.js';
import { defaultLocaleOf } from '../pages/languages/languages.js';
import type { Accounts } from '../ports/accounts.js';
import type { EventSink } from '../ports/events.js';
import type { MailQueue } from '../ports/mail-queue.js';
import type { TicketGate } from '../ports/ticket-gate.js';
import type { Tickets } from '../ports/tickets.js';
import type { UserStore } from '../ports/user-store.js';
import { createMailSends } from '../rate-limits/mail.js';
import type { Stores } from '../stores/stores.js';
import type { TicketLinkUrl } from '../tickets/create-ticket.js';
import type { MailTicketParts } from '../tickets/mail-ticket.js';
import { mailTicket } from '../tickets/mail-ticket.js';
import { renewTicket } from '../tickets/renew-ticket.js';
import { ticketsWithEvents } from '../tickets/ticket-events.js';
import { createTicketGate } from '../tickets/ticket-gate.js';
import { subjectsOf } from '../tickets/ticket-keys.js';
import { createTickets } from '../tickets/tickets.js';
import { createRehashedPasswords } from '../users/rehashed-passwords.js';
import { createAccountLock } from '../users/account-lock.js';
import { composeAddressHistory } from './address-undo.js';

interface TicketsParts<User> {
  readonly stores: Pick<Stores, 'tickets' | 'rateLimiter' | 'ephemeralStore'>;
  readonly keyring: Keyring;
  readonly users: UserStore<User>;
  readonly events: EventSink;
  /** `null`: the app has no mailer. */
  readonly mails: MailQueue | null;
}

/** True where a flow of the app takes tickets. */
function takesTickets({ flows }: { readonly flows: readonly Flow[] }): boolean {
  return flows.some(({ tickets }) => tickets.length > 0);
}

/** Composes the tickets for administrators. */
export function composeTickets<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { stores, keyring, users, mails, events }: TicketsParts<User>,
): Tickets {
  const { site, tickets, clock } = config;
  const mailing = mailingOf(config, users, mails);
  const accountLock = createAccountLock(stores.ephemeralStore);
  const history = composeAddressHistory(stores, config.logger);
  return createTickets({
    store: ticketsWithEvents(stores.tickets, events),
    users,
    rehashed: createRehashedPasswords(stores.ephemeralStore),
    keyring,
    clock,
    rules: {
      site,
      get flows() {
        return config.flows;
      },
      ...tickets,
    },
    linkUrl: linkUrlOf(config),
    sendsMails: mails !== null,
    mails,
    deliver: (issued) => mailTicket(mailing, issued, issued.mailbox),
    endUndoLinks: (user) =>
      accountLock(user, async (held) => {
        await held.confirm();
        await history.forget(user);
      }),
  });
}

/** Composes the tickets for the flows; `null` where none takes any. */
export function composeTicketGate<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: TicketsParts<User> & {
    readonly accounts: Accounts;
    readonly background: Background;
  },
): TicketGate | null {
  if (!takesTickets(config)) return null;
  const { stores, keyring, users, mails, accounts, background, events } = parts;
  const { site, tickets, logger: log, clock, rateLimits } = config;
  const common = {
    store: ticketsWithEvents(stores.tickets, events),
    users,
    rehashed: createRehashedPasswords(stores.ephemeralStore),
    keyring,
    background,
    rules: { site, ...tickets },
    sendsMails: mails !== null,
  };
  const sends = createMailSends({ rateLimiter: stores.rateLimiter, events, ...rateLimits.mails });
  const { ephemeralStore } = stores;
  const mailing = mailingOf(config, users, mails);
  const renewal = { ...common, ...mailing, clock, sends, ephemeralStore, linkUrl: linkUrlOf(config) };
  return createTicketGate({
    ...common,
    accounts,
    log,
    renew: (token, request) => renewTicket(renewal, token, request),
  });
}

/** Removes all tickets of a user. */
export async function eraseTickets(
  { tickets }: Pick<Stores, 'tickets'>,
  keyring: Keyring,
  userId: string,
): Promise<void> {
  await Promise.all(subjectsOf(keyring, userId).map((subject) => tickets.erase(subject)));
}

function linkUrlOf<User, Data>({ site }: EnrollmentConfig<User, Data>): TicketLinkUrl {
  return (flow, token, mailed) => {
    const url = `${site.origin}${flowPath({ site }, flow)}${ticketLinkPath}?${ticketParameter}=${token}`;
    return mailed === undefined ? url : `${url}&${ticketMailParameter}=${mailed}`;
  };
}

function mailingOf<User, Data>(
  config: EnrollmentConfig<User, Data>,
  users: UserStore<User>,
  mails: MailQueue | null,
): MailTicketParts<User> {
  return {
    mails,
    users,
    defaultLocale: defaultLocaleOf(config),
    get signInUrl() {
      return signInUrlOf(config);
    },
  };
}
