import { isDeepStrictEqual } from 'node:util';
import { isMailStored } from '../../base/is-mail-stored.js';
import type { MailedInvitationInput, MailingSettings } from '../../ports/invitation-input.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { inGroups } from '../codes/generated-code.js';
import { mailedCodeOf } from '../codes/mailed-code.js';
import { shown } from '../management/create.js';
import { refuseInviter } from '../management/quota.js';
import { draw } from './create-mailed.js';
import type { MailingParts } from './mailing.js';
import { isUnsent, mailIdOf, orderFirstMail } from './order-mail.js';
import { countMail, refuseSuppressed } from './recipient.js';
import { aloneForAddress } from './send-lock.js';
import type { SentInvitation } from './send.js';

interface Unsent {
  readonly record: InvitationRecord;
  /** As people type it. */
  readonly code: string;
}

/**
 * Orders the mail of an open invitation whose process died before it did, where it is the one that this input makes.
 * @returns `null` where its mail was ordered, or cannot be, or it was made for another input
 * @throws ERR_ENROLLMENT_INVITER (403), ERR_ENROLLMENT_MAILS_STOPPED (409), ERR_ENROLLMENT_INVITATION_LIMIT (429)
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function sendUnsent(
  parts: MailingParts,
  id: string,
  input: MailedInvitationInput,
  { by }: Pick<MailingSettings, 'by'>,
): Promise<SentInvitation | null> {
  const unsent = await findUnsent(parts, id, input);
  if (unsent === null) return null;
  await refuseInviter(parts, unsent.record);
  await refuseSuppressed(parts, unsent.record);
  const giveBack = await countMail(parts, unsent.record);
  const sent = await aloneForAddress(parts.mailing.ephemeralStore, unsent.record, async () => {
    // Another call may have been about to order it.
    const made = await findUnsent(parts, id, input);
    const url = made === null ? null : shown(parts, made.record, made.code).url;
    if (made === null || url === null) return null;
    const mail = await orderFirstMail(parts, made.record, { kind: 'invitation', by });
    return { id, code: made.code, url, mail };
  }).catch(async (error: unknown) => {
    await giveBack();
    throw error;
  });
  if (sent === null) await giveBack();
  return sent;
}

/** An open invitation of this input whose mail is still to be ordered; `null`: it was, or cannot be, or it is another one. */
export async function findUnsent(
  parts: MailingParts,
  id: string,
  input: MailedInvitationInput,
): Promise<Unsent | null> {
  const { store, keyring, mailing } = parts;
  const [snapshot = null] = await store.read([id]);
  if (snapshot === null || mailing.queue === null || !isUnsent(snapshot.record)) return null;
  // What others made has terms of theirs, and its code is not for this caller.
  if (!isDeepStrictEqual(termsIn(snapshot.record), termsIn(draw(parts, input).record))) return null;
  // It is on its way, and was not counted.
  if (await isMailStored(mailing.queue, mailIdOf(id, 1))) return null;
  const code = mailedCodeOf(keyring, snapshot.record);
  return code === null ? null : { record: snapshot.record, code: inGroups(code) };
}

function termsIn({ tenant, inviter, bound, flow, max, data, redirect, label, note }: InvitationRecord): object {
  return { tenant, inviter, bound, flow, max, data, redirect, label, note };
}
