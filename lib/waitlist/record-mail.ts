import type { EnrollmentClock } from '../base/clock.js';
import type { EnrollmentEvent, EventSink } from '../ports/events.js';
import type { WaitlistStore } from '../ports/waitlist-store.js';
import { move } from './entry.js';

const mailEvents = ['mail.sent', 'mail.failed', 'mail.withdrawn', 'mail.bounced'] as const;
type MailEvent = Extract<EnrollmentEvent, { readonly type: (typeof mailEvents)[number] }>;

/** True for what became of a mail. */
export function isMailEvent(event: EnrollmentEvent): event is MailEvent {
  return mailEvents.some((one) => one === event.type);
}

export interface MailRecording {
  readonly clock: EnrollmentClock;
  /** The invitation that a mail is of, by the mail's id; `null`: none. */
  readonly invitationOf: (mail: string) => string | null;
  /** True where a mail of the invitation was ordered. */
  isMailed(invitation: string): Promise<boolean>;
}

/**
 * Records what became of the mail of an entry's invitation. A person who has joined stays so. A mail that was not sent
 * because its invitation got a new code counts as well, where no mail has the new one.
 */
export async function recordMail(
  {
    store,
    events,
    clock,
    invitationOf,
    isMailed,
  }: MailRecording & { readonly store: WaitlistStore; readonly events: EventSink },
  event: MailEvent,
): Promise<void> {
  const invitation = invitationOf(event.id);
  const found = invitation === null ? null : await store.byInvitation(invitation);
  if (invitation === null || found === null) return;
  const { id } = found;
  const error = failureOf(event);
  const present = found.invitation;
  const isReplaced =
    event.type === 'mail.withdrawn' && present !== null && present !== invitation && !(await isMailed(present));
  const moved = await move(store, id, (entry) => {
    const isUnsent =
      isReplaced && entry.invitation === present && entry.state === 'approved' && entry.busyUntil === null;
    const isPresent = entry.invitation === invitation && ['approved', 'sent', 'failed'].includes(entry.state);
    if (!isPresent && !isUnsent) return null;
    return error === null
      ? { state: 'sent', sentAt: clock.now(), lastError: null, busyUntil: null }
      : { state: 'failed', lastError: error, busyUntil: null };
  });
  if (moved?.changed !== true) return;
  const about = { id, invitation: moved.entry.invitation ?? invitation };
  events(error === null ? { type: 'waitlist.sent', ...about } : { type: 'waitlist.failed', ...about, error });
}

/** In the form of `lastError`; `null`: the mail was sent. */
function failureOf(event: MailEvent): string | null {
  switch (event.type) {
    case 'mail.sent':
      return null;
    case 'mail.failed':
      return event.state === 'unknown' ? 'mail unknown' : 'mail failed';
    case 'mail.withdrawn':
      return 'mail withdrawn';
    case 'mail.bounced':
      return 'mail bounced';
  }
}
