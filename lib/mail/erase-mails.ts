import { canonicalEmail } from '../base/canonical.js';
import type { Keyring } from '../base/keyring.js';
import type { EventSink } from '../ports/events.js';
import type { MailErasure } from '../ports/mail-queue.js';
import type { MailRecord, MailRecords } from '../ports/mail-records.js';
import type { Outbox } from '../ports/outbox.js';
import { outboxId, type MailStates } from './mail-states.js';

interface EraseParts {
  readonly records: MailRecords;
  readonly states: MailStates;
  readonly outbox: Outbox;
  readonly keyring: Keyring;
  readonly events: EventSink;
  /** Whether a ticket is one of this user's. */
  isTicketOf(ticket: string, user: string): boolean;
  wake(): void;
}

const pageSize = 500;

/** Who a mail is to, as its record keeps it. */
export function recipientDigest(keyring: Keyring, to: string): string {
  return keyring.sign('mail', recipientText(to));
}

/** The same under each secret; none for a text that is no address. */
export function recipientDigests(keyring: Keyring, email: string): ReadonlySet<string> {
  const address = canonicalEmail(email);
  return new Set(address === null ? [] : keyring.signAll('mail', recipientText(address)));
}

/** Removes a person from the records of mails; their mails that wait are withdrawn, and the content of failed ones removed. */
export async function eraseMails(parts: EraseParts, person: MailErasure): Promise<void> {
  const { records, states, outbox } = parts;
  const { user, tenant } = person;
  const isTo = recipientTest(parts, person);
  let before: number | null = null;
  let hasWaiting = false;
  for (;;) {
    const page: Awaited<ReturnType<MailRecords['list']>> = await records.list({ before, limit: pageSize });
    for (const { place, record } of page) {
      before = place;
      if (tenant !== undefined && record.tenant !== tenant) continue;
      if (isTo(record)) {
        const { id, kind } = record;
        if (await states.erase(id)) parts.events({ type: 'mail.withdrawn', id, kind });
        // A worker takes it once more, finds it withdrawn, and removes it.
        if (await outbox.retry(outboxId(record.key))) hasWaiting = true;
      }
      if (user !== undefined && record.inviter === user) await states.dropInviter(record.id);
    }
    if (page.length < pageSize) break;
  }
  if (hasWaiting) parts.wake();
}

function recipientTest(
  { keyring, isTicketOf }: EraseParts,
  { user, email }: MailErasure,
): (record: MailRecord) => boolean {
  const digests = recipientDigests(keyring, email ?? '');
  return ({ recipient, about, kind }) => {
    if (recipient !== null && digests.has(recipient)) return true;
    if (user === undefined || about === null) return false;
    if (about.type === 'account') return about.id === user;
    // This one went to the person who had made the ticket.
    return about.type === 'ticket' && kind !== 'fresh_link_requested' && isTicketOf(about.id, user);
  };
}

const recipientText = (to: string): string => JSON.stringify(['recipient of a mail', to]);
