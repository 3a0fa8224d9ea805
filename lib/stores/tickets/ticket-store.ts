import { randomToken } from '../../base/ids.js';
import { storeAway } from '../../base/error.js';
import type { TicketStore } from '../../ports/ticket-store.js';
import { ticketLimits } from '../limits.js';
import {
  claimTicket,
  commitTicket,
  createTicket,
  endTickets,
  extendTicket,
  find,
  releaseTicket,
  snapshotOf,
  type TicketList,
} from './ticket-list.js';

/** Where the lists of tickets are: one for each subject, replaced as a whole. */
export interface TicketLists {
  /** The list, its revision and the store's own time; an empty list has the revision 0. */
  read(subject: string): Promise<{ readonly list: TicketList; readonly revision: number; readonly now: number }>;
  /** Stores a list until `expires` if the revision is still the one that was read; false otherwise. */
  replace(subject: string, revision: number, list: TicketList, expires: number): Promise<boolean>;
  remove(subject: string): Promise<void>;
}

/** More rounds than a burst of clicks needs: each round that fails had a winner. */
const mostRounds = 200;

/** Tickets over lists that are compared and replaced: one set of rules for every place where lists can be stored. */
export function createTicketStore(lists: TicketLists): TicketStore {
  async function change<Answer>(
    subject: string,
    make: (list: TicketList, now: number) => { readonly list: TicketList | null; readonly answer: Answer },
  ): Promise<Answer> {
    for (let round = 0; round < mostRounds; round += 1) {
      const { list, revision, now } = await lists.read(subject);
      const made = make(list, now);
      if (made.list === null) return made.answer;
      const last = Math.max(...made.list.map(({ record }) => record.expires));
      if (await lists.replace(subject, revision, made.list, last + ticketLimits.keptMs)) return made.answer;
    }
    throw storeAway('the store of tickets', new Error('too many changes at once'));
  }

  return Object.freeze<TicketStore>({
    create: (record, supersede) =>
      change(record.subject, (list, now) => createTicket(list, { record, supersede, now })),
    async read(subject, id) {
      const { list, now } = await lists.read(subject);
      const ticket = find(list, id);
      return ticket === undefined ? null : snapshotOf(ticket, now);
    },
    async list(subject) {
      const { list, now } = await lists.read(subject);
      return list.map((ticket) => snapshotOf(ticket, now));
    },
    end: (subject, cause, { ids, purposes } = {}) =>
      change(subject, (list, now) => endTickets(list, { cause, now, ids, purposes })),
    extend: (subject, id, expires) => change(subject, (list, now) => extendTicket(list, { id, expires, now })),
    claim(claim) {
      const token = randomToken(9);
      return change(claim.subject, (list, now) => claimTicket(list, claim, { token, now }));
    },
    commit: (subject, id, plan) => change(subject, (list, now) => commitTicket(list, { id, plan, now })),
    release: (subject, id, token) => change(subject, (list) => releaseTicket(list, { id, token })),
    erase: (subject) => lists.remove(subject),
  });
}
