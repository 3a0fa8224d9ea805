import type { EventSink } from '../ports/events.js';
import type { TicketEnd, TicketStore } from '../ports/ticket-store.js';
import { contentOf } from './ticket-content.js';
import { publicId } from './ticket-keys.js';

/** Emits what happens to the tickets of a store, once it happened. */
export function ticketsWithEvents(store: TicketStore, events: EventSink): TicketStore {
  async function end(...[subject, cause, which]: Parameters<TicketStore['end']>): Promise<readonly string[]> {
    const ids = await store.end(subject, cause, which);
    for (const id of ids) tellEnd(subject, id, cause);
    return ids;
  }
  function tellEnd(subject: string, id: string, cause: TicketEnd): void {
    events({ type: 'ticket.ended', id: publicId({ subject, id }), cause });
  }
  return {
    read: (subject, id) => store.read(subject, id),
    list: (subject) => store.list(subject),
    extend: (subject, id, expires) => store.extend(subject, id, expires),
    claim: (claim) => store.claim(claim),
    release: (subject, id, token) => store.release(subject, id, token),
    erase: (subject) => store.erase(subject),
    end,
    async create(ticket, supersede) {
      const { subject, purpose } = ticket;
      if (supersede) await end(subject, 'superseded', { purposes: [purpose] });
      const answer = await store.create(ticket, supersede);
      const content = answer === 'created' ? contentOf(ticket.content) : null;
      if (content === null) return answer;
      const { user, flow, inviter, tenant } = content;
      events({ type: 'ticket.created', id: publicId(ticket), purpose, user, flow, inviter, tenant });
      return answer;
    },
    async commit(subject, id, plan) {
      const isFirst = await store.commit(subject, id, plan);
      if (isFirst) events({ type: 'ticket.used', id: publicId({ subject, id }) });
      return isFirst;
    },
  };
}
