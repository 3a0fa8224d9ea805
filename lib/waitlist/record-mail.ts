import type { EnrollmentEvent } from '../ports/events.js';
import type { MailState } from '../ports/mail-queue.js';
import type { WaitlistEntry } from '../ports/waitlist-store.js';
import { move } from './entry.js';
import { followCode } from './follow-code.js';
import type { InvitationMails, NewestMail, WaitlistParts } from './parts.js';

const mailEvents = ['mail.sent', 'mail.failed', 'mail.withdrawn', 'mail.bounced'] as const;
type MailEvent = Extract<EnrollmentEvent, { readonly type: (typeof mailEvents)[number] }>;
type RecordParts = Pick<WaitlistParts, 'store' | 'events'> & { readonly mails: InvitationMails };

/** True for what became of a mail. */
export function isMailEvent(event: EnrollmentEvent): event is MailEvent {
  return mailEvents.some((one) => one === event.type);
}

/** The mail of an event, which happens at `now`. */
export function mailOf(event: MailEvent, now: number): NewestMail {
  return { id: event.id, state: stateOf(event), at: now };
}

function stateOf(event: MailEvent): MailState {
  switch (event.type) {
    case 'mail.sent':
      return 'sent';
    case 'mail.failed':
      return event.state;
    case 'mail.withdrawn':
      return 'withdrawn';
    case 'mail.bounced':
      return 'bounced';
  }
}

/**
 * Records what became of the mail of an entry's invitation; true where the entry was changed. A person who has joined
 * stays so, and a later mail of the invitation decides. A mail that was not sent because its invitation got a new code counts as well, where no mail has the new one.
 * `isMissed`: an entry that says so already stays as it is.
 */
export async function recordOutcome(
  parts: RecordParts,
  mail: NewestMail,
  { isMissed = false }: { readonly isMissed?: boolean } = {},
): Promise<boolean> {
  const { store, events, mails } = parts;
  const invitation = mails.invitationOf(mail.id);
  const found = invitation === null ? null : await entryOf(parts, invitation);
  if (invitation === null || found === null || mail.state === 'queued' || mail.state === 'sending') return false;
  // A later mail of the invitation decides: its person has that one, or gets it.
  const newest = await mails.newestOf(invitation);
  if (newest !== null && newest.id !== mail.id) return false;
  const { id } = found;
  // In the form of `lastError`.
  const error = mail.state === 'sent' ? null : `mail ${mail.state}`;
  const state = error === null ? 'sent' : 'failed';
  const present = found.invitation;
  const isReplaced =
    mail.state === 'withdrawn' && present !== null && present !== invitation && !(await mails.isMailed(present));
  const moved = await move(store, id, (entry) => {
    const isUnsent =
      isReplaced && entry.invitation === present && entry.state === 'approved' && entry.busyUntil === null;
    const isPresent = entry.invitation === invitation && ['approved', 'sent', 'failed'].includes(entry.state);
    if (!isPresent && !isUnsent) return null;
    if (isMissed && entry.state === state && entry.lastError === error) return null;
    return { state, lastError: error, busyUntil: null, ...(error === null ? { sentAt: mail.at } : {}) };
  });
  if (moved?.changed !== true) return false;
  const about = { id, invitation: moved.entry.invitation ?? invitation, mail: mail.id };
  events(error === null ? { type: 'waitlist.sent', ...about } : { type: 'waitlist.failed', ...about, error });
  return true;
}

/** Another process may send the mail of a new code before the entry follows its invitation. */
async function entryOf({ store, mails }: RecordParts, invitation: string): Promise<WaitlistEntry | null> {
  const found = await store.byInvitation(invitation);
  if (found !== null) return found;
  const before = await mails.replacedOf(invitation);
  const entry = before === null ? null : await store.byInvitation(before);
  return before === null || entry === null ? null : followCode(store, entry.id, { before, next: invitation });
}
