import type { EventSink } from '../../ports/events.js';
import type { InvitationMail, InvitationRecord } from '../../ports/invitation-store.js';
import type { InvitationActor } from '../../ports/invitation-input.js';
import { editInvitation, findInvitation, type Reach } from '../management/find.js';
import { endInvitation } from '../management/revoke.js';

type EndParts = Reach & { readonly events: EventSink };

/** What an invitation keeps for its mails, with those that it takes the place of. */
export function insteadOf(mail: InvitationMail, earlier: readonly string[]): InvitationMail {
  const { instead: _instead, ...rest } = mail;
  return earlier.length === 0 ? rest : { ...rest, instead: earlier };
}

/**
 * Ends the invitations that this one takes the place of. Accounts that are being written with them go on. Repeated, it has
 * no further effect, so both the call that ordered the mail and the one that sends it do so: where the first one dies, no
 * mail leaves while an earlier link works.
 */
export async function endEarlier(
  parts: EndParts,
  { mail }: InvitationRecord,
  actor: InvitationActor = {},
): Promise<void> {
  for (const id of mail?.instead ?? []) {
    const [found = null] = await parts.store.read([id]);
    if (found !== null && found.record.revokedAt === null) await endInvitation(parts, id, actor);
  }
}

/** The same for an invitation whose mail was stored, and notes that it is done. One that has ended takes the place of none. */
export async function settleEarlier(parts: EndParts, id: string, actor: InvitationActor = {}): Promise<void> {
  const { record } = await findInvitation(parts, id);
  if (record.mail?.instead === undefined || record.revokedAt !== null) return;
  await endEarlier(parts, record, actor);
  await editInvitation(parts, id, { ledger: 'mailed', by: actor.by }, ({ record: { mail } }) =>
    mail?.instead === undefined ? null : { mail: insteadOf({ ...mail, ordered: Math.max(1, mail.ordered) }, []) },
  );
}
