import type { MailingSettings } from '../../ports/invitation-input.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { inGroups } from '../codes/generated-code.js';
import { mailedCodeOf } from '../codes/mailed-code.js';
import { shown } from '../management/create.js';
import type { MailingParts } from './mailing.js';
import { isUnsent, orderFirstMail } from './order-mail.js';
import { aloneForAddress } from './send-lock.js';
import type { SentInvitation } from './send.js';

interface Unsent {
  readonly record: InvitationRecord;
  /** As people type it. */
  readonly code: string;
}

/**
 * Orders the mail of an open invitation whose process died before it did.
 * @returns `null` where its mail was ordered, or cannot be
 * @throws ERR_ENROLLMENT_STORE_AWAY (503)
 */
export async function sendUnsent(
  parts: MailingParts,
  id: string,
  { by }: Pick<MailingSettings, 'by'>,
): Promise<SentInvitation | null> {
  const unsent = await findUnsent(parts, id);
  if (unsent === null) return null;
  return aloneForAddress(parts.mailing.ephemeralStore, unsent.record, async () => {
    // Another call may have been about to order it.
    const made = await findUnsent(parts, id);
    const url = made === null ? null : shown(parts, made.record, made.code).url;
    if (made === null || url === null) return null;
    const mail = await orderFirstMail(parts, made.record, { kind: 'invitation', by });
    return { id, code: made.code, url, mail };
  });
}

/** An open invitation whose mail is still to be ordered; `null`: it was, or cannot be. */
export async function findUnsent({ store, keyring, mailing }: MailingParts, id: string): Promise<Unsent | null> {
  const [snapshot = null] = await store.read([id]);
  if (snapshot === null || mailing.queue === null || !isUnsent(snapshot.record)) return null;
  const code = mailedCodeOf(keyring, snapshot.record);
  return code === null ? null : { record: snapshot.record, code: inGroups(code) };
}
