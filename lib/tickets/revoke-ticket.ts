import type { TicketSnapshot } from '../ports/ticket-store.js';
import type { FindParts } from './find-ticket.js';
import { isRenewable } from './renewals.js';
import { listSettled, readSettled } from './settle-ticket.js';
import { contentOf } from './ticket-content.js';
import { subjectsOf, type TicketRef } from './ticket-keys.js';

type RevokeParts<User> = Pick<FindParts<User>, 'store' | 'users' | 'rehashed' | 'keyring'>;

/**
 * Ends a ticket, and of its purpose those whose page could send a fresh one, and those that such a page has sent. False
 * where the ticket itself does not exist, was used, or was ended for good before.
 */
export async function revokeTicket<User>(parts: RevokeParts<User>, ref: TicketRef): Promise<boolean> {
  const snapshot = await readSettled(parts, [ref]);
  if (snapshot === null) return false;
  const { purpose, content } = snapshot.record;
  const user = contentOf(content)?.user;
  // A fresh one has the subject of the app's present secret, whatever that of the first one was.
  const subjects = [...new Set([ref.subject, ...(user === undefined ? [] : subjectsOf(parts.keyring, user))])];
  const isToEnd = ({ record, state }: TicketSnapshot): boolean =>
    record.id === ref.id ||
    (record.purpose === purpose && (isRenewable(state) || typeof contentOf(record.content)?.root === 'string'));
  const ended = await endAll(parts, subjects, isToEnd);
  // A page may have sent one while the tickets were read; from now on it finds that it may not.
  await endAll(parts, subjects, isToEnd);
  return ended.includes(ref.id);
}

async function endAll<User>(
  parts: RevokeParts<User>,
  subjects: readonly string[],
  isToEnd: (ticket: TicketSnapshot) => boolean,
): Promise<readonly string[]> {
  const tickets = (await listSettled(parts, subjects)).filter(isToEnd);
  const ended = await Promise.all(
    subjects.map(async (subject) => {
      const ids = tickets.filter(({ record }) => record.subject === subject).map(({ record }) => record.id);
      return ids.length === 0 ? [] : parts.store.end(subject, 'revoked', { ids });
    }),
  );
  return ended.flat();
}
