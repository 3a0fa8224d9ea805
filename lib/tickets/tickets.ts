import { argumentIssues } from '../base/setting-kinds.js';
import type { TicketPurpose } from '../ports/ticket-store.js';
import type { Ticket, Tickets, TicketUser } from '../ports/tickets.js';
import { createTicket, type NewTicket, type TicketParts } from './create-ticket.js';
import { isRenewable } from './renewals.js';
import { refOfId, subjectsOf, type TicketRef } from './ticket-keys.js';
import { refuseTicket, ticketPurposes, whoIssues } from './ticket-settings.js';
import { ticketOf } from './ticket-state.js';
import { findTicketUser } from './ticket-user.js';

interface TicketsParts<User> extends TicketParts<User> {
  /** Sends the link of a ticket whose content names a mail. */
  readonly deliver: (issued: NewTicket) => Promise<void>;
}

/** The tickets for administrators. */
export function createTickets<User>(parts: TicketsParts<User>): Tickets {
  const { store, users, keyring, rules } = parts;

  async function subjectsFor(call: string, who: TicketUser): Promise<readonly string[]> {
    refuseTicket(call, whoIssues(rules, who));
    return subjectsOf(keyring, users.toProfile(await findTicketUser(users, who)).id);
  }

  return Object.freeze<Tickets>({
    async create(who, settings) {
      const issued = await createTicket(parts, who, settings);
      await parts.deliver(issued);
      return issued.created;
    },

    async get(id) {
      refuseTicket('get', argumentIssues('id', id, 'text'));
      const ref = refOfId(id);
      const snapshot = ref === null ? null : await store.read(ref.subject, ref.id);
      return snapshot === null ? null : ticketOf(snapshot);
    },

    async list(who) {
      const lists = await Promise.all((await subjectsFor('list', who)).map((subject) => store.list(subject)));
      const tickets = lists.flat().map(ticketOf);
      return tickets
        .filter((ticket): ticket is Ticket => ticket !== null)
        .sort((one, other) => other.createdAt - one.createdAt);
    },

    async revoke(id) {
      refuseTicket('revoke', argumentIssues('id', id, 'text'));
      const ref = refOfId(id);
      return ref !== null && revokeOne(parts, ref);
    },

    async revokeAll(who, purposes) {
      refuseTicket('revokeAll', purposeIssues(purposes));
      const subjects = await subjectsFor('revokeAll', who);
      const ended = await Promise.all(
        subjects.map(async (subject) => {
          const ids = await store.end(subject, 'revoked', purposes === undefined ? {} : { purposes });
          return ids.map((id) => `${subject}.${id}`);
        }),
      );
      return ended.flat();
    },
  });
}

/** Ends a ticket, and those of its purpose whose page could send a fresh one in its place. */
async function revokeOne({ store }: Pick<TicketParts<unknown>, 'store'>, { subject, id }: TicketRef): Promise<boolean> {
  const list = await store.list(subject);
  const purpose = list.find(({ record }) => record.id === id)?.record.purpose;
  const dead = list.filter(({ record, state }) => record.purpose === purpose && isRenewable(state));
  const ended = await store.end(subject, 'revoked', { ids: [id, ...dead.map(({ record }) => record.id)] });
  return ended.includes(id);
}

const isPurpose = (one: TicketPurpose): boolean => ticketPurposes.includes(one);

function purposeIssues(purposes: readonly TicketPurpose[] | undefined): readonly string[] {
  const isList = purposes === undefined || (Array.isArray(purposes) && purposes.every(isPurpose));
  return isList ? [] : [`"purposes" must be a list of ${ticketPurposes.join(', ')}`];
}
