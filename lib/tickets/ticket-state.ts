import type { TicketEnd, TicketPurpose, TicketSnapshot } from '../ports/ticket-store.js';
import type { Ticket, TicketState } from '../ports/tickets.js';
import { contentOf, type TicketContent } from './ticket-content.js';
import { publicId } from './ticket-keys.js';

/** The state of a ticket as it is stored. A claimed one is open: its write may fail. */
export function stateOf({ state, record, now }: TicketSnapshot): TicketState {
  if (state.type === 'ended') return state.cause;
  if (state.type === 'claimed') return record.expires <= now ? 'expired' : 'open';
  return state.type;
}

/**
 * A ticket for administrators; `null` for one that this version cannot read. `changed`: what has changed at its account,
 * so that an open one is refused.
 */
export function ticketOf(
  snapshot: TicketSnapshot,
  changed: (purpose: TicketPurpose, content: TicketContent) => TicketEnd | null,
): Ticket | null {
  const { record, state } = snapshot;
  const content = contentOf(record.content);
  if (content === null) return null;
  const { user, flow, app, client, by_kit, mail, inviter } = content;
  return {
    id: publicId(record),
    user,
    purpose: record.purpose,
    state: (state.type === 'open' ? changed(record.purpose, content) : null) ?? stateOf(snapshot),
    createdAt: record.createdAt,
    expiresAt: record.expires,
    endedAt: state.type === 'used' || state.type === 'ended' ? state.at : null,
    flow,
    app,
    client,
    delivery: by_kit ? 'kit' : 'own',
    mail,
    inviter,
  };
}
