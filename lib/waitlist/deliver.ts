import { EnrollmentError } from '../base/error.js';
import { withTimeout } from '../base/awaitable.js';
import type { WaitlistEntry } from '../ports/waitlist-store.js';
import { markJoined } from './conversions.js';
import { mostEarlier, noteSending, replace, type Moved } from './entry.js';
import { orderInstead, orderMail } from './order-mail.js';
import {
  kitMailer,
  type InvitationOrder,
  type InvitationTerms,
  type MadeInvitation,
  type WaitlistParts,
} from './parts.js';
import { textOf, type RowOutcome } from './report.js';
import { failureName, SendTimeout, sentenceOf } from './send-failure.js';
import { giveBack, restore, takeBack, type EndedEarlier } from './take-back.js';

const defaultSendSeconds = 60;
/**
 * In addition to the message, an earlier invitation is revoked, which waits for one lease, and a new one is created.
 */
const furtherSeconds = 120;

/** The time until which an entry that is claimed now may be busy. */
export function busyUntil({ clock, sendSeconds = defaultSendSeconds }: WaitlistParts): number {
  return clock.now() + (sendSeconds + furtherSeconds) * 1000;
}

/** The order for an entry's invitation. */
export function orderFor(
  { email, tenant }: Pick<WaitlistEntry, 'email' | 'tenant'>,
  terms: InvitationTerms,
): InvitationOrder {
  return { ...terms, email, uses: 1, ...(tenant === null ? {} : { tenant }) };
}

interface DeliverSettings {
  /** True: the entry is approved now. */
  readonly first: boolean;
  /** True: an invitation that the address has stays valid beside the new one. */
  readonly keep: boolean;
  /** Called once nothing else speaks against the new one; `null`: there is none to end. */
  readonly endEarlier: (() => Promise<EndedEarlier>) | null;
}

/**
 * Creates the invitation of a claimed entry (`busyUntil`), records it, and sends it. Each step is recorded before the
 * next begins, so that a process that dies leaves either no message sent, or an entry whose outcome is marked as
 * unknown.
 */
export async function deliver(
  parts: WaitlistParts,
  taken: Moved,
  terms: InvitationTerms,
  { first, keep, endEarlier }: DeliverSettings,
): Promise<RowOutcome> {
  let made: MadeInvitation | null = null;
  let earlier: EndedEarlier | null = null;
  let expires: number | null;
  try {
    if (await parts.hasAccount(taken.entry.email))
      return { outcome: 'already', entry: await markJoined(parts, taken.entry.id) };
    await refuseSuppressed(parts, taken.entry);
    earlier = (await endEarlier?.()) ?? null;
    if (earlier?.outcome) return earlier.outcome;
    made = await createFor(parts, taken.entry, { terms, keep });
    const [snapshot = null] = await parts.invitations.snapshot([made.id]);
    expires = snapshot?.expires ?? null;
  } catch (error) {
    if (made !== null) await takeBack(parts, made);
    await restore(parts, taken.entry, earlier);
    return { outcome: 'failed', entry: await giveBack(parts, taken), error: textOf(error) };
  }

  const noted = await note(parts, taken.entry, made).catch(async (error: unknown) => {
    await restore(parts, taken.entry, earlier);
    throw error;
  });
  if (noted === null) {
    await takeBack(parts, made);
    const [entry = null] = await parts.store.read([taken.entry.id]);
    return { outcome: entry === null ? 'unknown' : 'already', entry };
  }
  if (first) parts.events({ type: 'waitlist.approved', id: noted.id, invitation: made.id, by: noted.by });
  if (parts.send !== null) {
    const earlierSent = earlier !== null && taken.before.state === 'sent' ? earlier : null;
    return sendLetter(parts, noted, made, { expires, taken, earlier: earlierSent });
  }
  if (parts.mailer !== null) {
    const { mailer } = parts;
    if (earlier === null) return orderMail(parts, mailer, noted, made.id);
    return orderInstead(parts, mailer, { taken, noted, made });
  }
  return { outcome: 'approved', entry: noted, code: made.code, url: made.url };
}

/** Where a letter would be sent. The entry stays as it was, so that its person can be invited once they ask again. */
async function refuseSuppressed(
  { send, mailer, suppressions }: WaitlistParts,
  { email, tenant }: WaitlistEntry,
): Promise<void> {
  if ((send === null && mailer === null) || ((await suppressions?.find({ email, tenant })) ?? null) === null) return;
  const why =
    'this address gets no more invitations by email, until its person joins the waitlist again, or by mails.allow';
  throw new EnrollmentError('ERR_ENROLLMENT_MAILS_STOPPED', why, { status: 409, expose: true });
}

function createFor(
  parts: WaitlistParts,
  entry: WaitlistEntry,
  { terms, keep }: { readonly terms: InvitationTerms } & Pick<DeliverSettings, 'keep'>,
): Promise<MadeInvitation> {
  const order = orderFor(entry, terms);
  const mailer = kitMailer(parts);
  return mailer === null
    ? parts.invitations.create(order)
    : mailer.create(order, entry.locale, { keep, instead: keep ? null : entry.invitation });
}

async function note(parts: WaitlistParts, taken: WaitlistEntry, made: MadeInvitation): Promise<WaitlistEntry | null> {
  const sends = parts.send !== null || parts.mailer !== null;
  const { invitation, earlier } = taken;
  try {
    return await replace(parts.store, taken, {
      state: 'approved',
      invitation: made.id,
      earlier: invitation === null ? earlier : [...earlier, invitation].slice(-mostEarlier),
      attempts: taken.attempts + (sends ? 1 : 0),
      lastError: null,
      busyUntil: sends ? busyUntil(parts) : null,
    });
  } catch (error) {
    await takeBack(parts, made);
    throw error;
  }
}

/** `earlier`: the one of a letter that was sent, which goes on where this one is not. */
async function sendLetter(
  parts: WaitlistParts,
  noted: WaitlistEntry,
  made: MadeInvitation,
  {
    expires,
    taken,
    earlier,
  }: { readonly expires: number | null; readonly taken: Moved; readonly earlier: EndedEarlier | null },
): Promise<RowOutcome> {
  const { store, events, clock, send, sendSeconds = defaultSendSeconds } = parts;
  const { id: invitation, code, url } = made;
  const { id, email, answers, locale, tenant } = noted;
  try {
    const letter = Object.freeze({ email, code, url, invitation, expires, answers, locale, tenant });
    const sending = Promise.resolve().then(() => send?.(letter));
    await withTimeout(
      sendSeconds * 1000,
      () => sending,
      () => new SendTimeout(sendSeconds),
    );
  } catch (error) {
    const lastError = failureName(error, code);
    events({ type: 'waitlist.failed', id, invitation, mail: null, error: lastError });
    const said = sentenceOf(error, code);
    await restore(parts, noted, earlier);
    // A letter that may still arrive has a code that works.
    if (earlier === null || error instanceof SendTimeout)
      return { outcome: 'failed', entry: await noteSending(store, noted, { state: 'failed', lastError }), error: said };
    await takeBack(parts, made);
    return { outcome: 'failed', entry: await giveBack(parts, { before: taken.before, entry: noted }), error: said };
  }
  events({ type: 'waitlist.sent', id, invitation, mail: null });
  try {
    return { outcome: 'sent', entry: await noteSending(store, noted, { state: 'sent', sentAt: clock.now() }) };
  } catch (error) {
    return { outcome: 'sent', entry: noted, error: `the letter is sent, but this was not noted: ${textOf(error)}` };
  }
}
