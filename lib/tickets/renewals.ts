import type { TicketRecord, TicketSnapshot } from '../ports/ticket-store.js';
import type { FindParts } from './find-ticket.js';
import { listSettled } from './settle-ticket.js';
import { contentOf, type TicketContent } from './ticket-content.js';
import { publicId, subjectsOf } from './ticket-keys.js';

/** How often the owner of one ticket is sent a fresh one, by its link and those of the fresh ones together. */
export const mostRenewals = 5;

/** The first ticket of those that were sent anew one after another: its own id, where it was no fresh one. */
export const rootOf = (record: TicketRecord, { root }: Pick<TicketContent, 'root'>): string => root ?? publicId(record);

/**
 * How often the root of a ticket was renewed. `null`: it may not be renewed, since it ended for good, or since one of its
 * purpose was used after it was created.
 */
export async function renewalsOf<User>(
  parts: Pick<FindParts<User>, 'store' | 'users' | 'rehashed' | 'keyring'>,
  record: TicketRecord,
  content: TicketContent,
): Promise<number | null> {
  const all = await listSettled(parts, subjectsOf(parts.keyring, content.user));
  const tickets = all.filter((one) => one.record.purpose === record.purpose);
  const present = tickets.find((one) => publicId(one.record) === publicId(record));
  if (present === undefined || !isRenewable(present.state)) return null;
  if (tickets.some(({ state }) => state.type === 'used' && state.at > record.createdAt)) return null;
  const root = rootOf(record, content);
  const fresh = tickets.flatMap(({ record: { content: stored }, state }) => {
    const other = contentOf(stored);
    // One whose mail could not be ordered was sent to no one.
    const isSent = state.type !== 'ended' || state.cause !== 'revoked';
    return other?.root === root && isSent ? [other.renewals] : [];
  });
  // The earlier ones may be removed already, and of two at once both have the same number.
  return Math.max(fresh.length, content.renewals, ...fresh);
}

/** True for a ticket in whose place a fresh one can be sent. */
export const isRenewable = (state: TicketSnapshot['state']): boolean =>
  state.type === 'expired' || (state.type === 'ended' && state.cause === 'superseded');
