import { argumentIssues } from '../base/setting-kinds.js';
import { isMailStored } from '../base/is-mail-stored.js';
import { severalTries } from '../base/several-tries.js';
import type { MailQueue } from '../ports/mail-queue.js';
import type { TicketPurpose } from '../ports/ticket-store.js';
import type { Ticket, Tickets, TicketUser } from '../ports/tickets.js';
import { createTicket, type NewTicket, type TicketParts } from './create-ticket.js';
import { endEarlier } from './end-earlier.js';
import { accountOf, changeOf } from './find-ticket.js';
import { refOfId, subjectsOf } from './ticket-keys.js';
import { revokeTicket } from './revoke-ticket.js';
import { listSettled, readSettled } from './settle-ticket.js';
import { contentOf } from './ticket-content.js';
import { refuseTicket, ticketPurposes, whoIssues } from './ticket-settings.js';
import { ticketOf } from './ticket-state.js';
import { findTicketUser } from './ticket-user.js';

interface TicketsParts<User> extends TicketParts<User> {
  /** Sends the link of a ticket whose content names a mail. */
  readonly deliver: (issued: NewTicket) => Promise<void>;
  /** `null`: the app has no mailer. */
  readonly mails: Pick<MailQueue, 'status'> | null;
  /** Ends the links that undo changes of an account's address. */
  readonly endUndoLinks: (userId: string) => Promise<void>;
}

/** The tickets for administrators. */
export function createTickets<User>(parts: TicketsParts<User>): Tickets {
  const { store, users, keyring, rules } = parts;

  async function ownerOf(
    call: string,
    who: TicketUser,
  ): Promise<{ readonly user: string; readonly subjects: readonly string[] }> {
    refuseTicket(call, whoIssues(rules, who));
    const { id: user } = users.toProfile(await findTicketUser(users, who));
    return { user, subjects: subjectsOf(keyring, user) };
  }

  return Object.freeze<Tickets>({
    async create(who, settings) {
      const issued = await createTicket(parts, who, settings);
      try {
        await parts.deliver(issued);
      } catch (error) {
        const { subject, id } = issued.record;
        // Of an order that failed the mail may have been stored, and another process may send it.
        if (!(await isMailStored(parts.mails, issued.content.mail))) {
          // Its link was given to no one.
          await store.end(subject, 'revoked', { ids: [id] }).catch(() => undefined);
          throw error;
        }
      }
      // What fails here is done before the mail is sent.
      await severalTries(() => endEarlier(parts, issued.record)).catch(() => undefined);
      return issued.created;
    },

    async get(id) {
      refuseTicket('get', argumentIssues('id', id, 'text'));
      const ref = refOfId(id);
      const snapshot = ref === null ? null : await readSettled(parts, [ref]);
      const content = snapshot === null ? null : contentOf(snapshot.record.content);
      if (snapshot === null || content === null) return null;
      const account = await accountOf(parts, content);
      return ticketOf(snapshot, (purpose, made) => changeOf(parts, purpose, made, account));
    },

    async list(who) {
      const { user, subjects } = await ownerOf('list', who);
      const [snapshots, account] = await Promise.all([listSettled(parts, subjects), accountOf(parts, { user })]);
      return snapshots
        .map((snapshot) => ticketOf(snapshot, (purpose, made) => changeOf(parts, purpose, made, account)))
        .filter((ticket): ticket is Ticket => ticket !== null)
        .sort((one, other) => other.createdAt - one.createdAt);
    },

    async revoke(id) {
      refuseTicket('revoke', argumentIssues('id', id, 'text'));
      const ref = refOfId(id);
      return ref !== null && revokeTicket(parts, ref);
    },

    async revokeAll(who, purposes) {
      refuseTicket('revokeAll', purposeIssues(purposes));
      const { user, subjects } = await ownerOf('revokeAll', who);
      await listSettled(parts, subjects);
      const ended = await Promise.all(
        subjects.map(async (subject) => {
          const ids = await store.end(subject, 'revoked', purposes === undefined ? {} : { purposes });
          return ids.map((id) => `${subject}.${id}`);
        }),
      );
      if (purposes === undefined || purposes.includes('change-email')) await parts.endUndoLinks(user);
      return ended.flat();
    },
  });
}

const isPurpose = (one: TicketPurpose): boolean => ticketPurposes.includes(one);

function purposeIssues(purposes: readonly TicketPurpose[] | undefined): readonly string[] {
  const isList = purposes === undefined || (Array.isArray(purposes) && purposes.every(isPurpose));
  return isList ? [] : [`"purposes" must be a list of ${ticketPurposes.join(', ')}`];
}
