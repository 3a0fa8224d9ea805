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
 * so that an open one is refused, or one that is claimed was used.
 */
export function ticketOf(
  snapshot: TicketSnapshot,
  changed: (purpose: TicketPurpose, content: TicketContent) => TicketEnd | null,
): Ticket | null {
  const { record, state } = snapshot;
  const content = contentOf(record.content);
  if (content === null) return null;
  const { user, flow, app, client, by_kit, mail, inviter } = content;
  const isUnsettled = state.type === 'open' || state.type === 'claimed';
  const change = isUnsettled ? changed(record.purpose, content) : null;
  // A write that began has made the change, as its page says too.
  const isWritten = state.type === 'claimed' && change !== null && change !== 'deactivated';
  return {
    id: publicId(record),
    user,
    purpose: record.purpose,
    state: isWritten ? 'used' : (change ?? stateOf(snapshot)),
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
