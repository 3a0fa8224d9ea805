import type { MailState } from '../ports/mail-queue.js';
import type { WaitlistEntry } from '../ports/waitlist-store.js';
import { noteSending, type Moved } from './entry.js';
import type { InvitationMailer, MadeInvitation, WaitlistParts } from './parts.js';
import { textOf, type RowOutcome } from './report.js';
import { failureName } from './send-failure.js';
import { giveBackUnsent, takeBack } from './take-back.js';

/** Orders the mail of an entry's invitation, unless it was ordered. The entry is `sent` or `failed` once its mail is. */
export async function orderMail(
  parts: WaitlistParts,
  mailer: InvitationMailer,
  noted: WaitlistEntry,
  invitation: string,
): Promise<RowOutcome> {
  const { id } = noted;
  try {
    await mailer.order(invitation, id);
  } catch (error) {
    if (!mayArrive(await mailStateOf(parts, invitation))) {
      const lastError = failureName(error, '');
      parts.events({ type: 'waitlist.failed', id, invitation, mail: null, error: lastError });
      const entry = await noteSending(parts.store, noted, { state: 'failed', lastError });
      return { outcome: 'failed', entry, error: textOf(error) };
    }
  }
  return { outcome: 'approved', entry: await noteSending(parts.store, noted, {}) };
}

/** The same for one that takes the place of an earlier one, which goes on where the mail cannot be ordered. */
export async function orderInstead(
  parts: WaitlistParts,
  mailer: InvitationMailer,
  {
    taken,
    noted,
    made,
  }: {
    readonly taken: Moved;
    readonly noted: WaitlistEntry;
    readonly made: MadeInvitation;
  },
): Promise<RowOutcome> {
  const { invitations, events, log } = parts;
  try {
    await mailer.order(made.id, noted.id);
  } catch (error) {
    // A mail that was stored nevertheless is withdrawn from here on, unless it is being sent.
    await takeBack(parts, made);
    const state = await mailStateOf(parts, made.id);
    if (!mayArrive(state) || state === 'queued') {
      events({ type: 'waitlist.failed', id: noted.id, invitation: made.id, mail: null, error: failureName(error, '') });
      const entry = await giveBackUnsent(parts, { before: taken.before, entry: noted });
      return { outcome: 'failed', entry, error: textOf(error) };
    }
    await invitations.restore(made.id).catch((failure: unknown) => {
      log.error({ err: failure, invitation: made.id }, 'an invitation whose mail was sent could not be restored');
    });
  }
  return { outcome: 'approved', entry: await noteSending(parts.store, noted, {}) };
}

/** Of an order that failed it is not known whether its mail was stored. `null`: it was not. */
async function mailStateOf({ mails }: WaitlistParts, invitation: string): Promise<MailState | null> {
  const newest = await mails?.newestOf(invitation).catch(() => null);
  return newest?.state ?? null;
}

const mayArrive = (state: MailState | null): boolean => state !== null && state !== 'failed' && state !== 'withdrawn';
