import type { EventSink } from '../../ports/events.js';
import type { MailedLink } from '../../ports/fresh-invitations.js';
import type { InvitationDecline } from '../../ports/invitation-decline.js';
import type { InvitationSnapshot } from '../../ports/invitation-store.js';
import { stateOf } from '../access/eligibility.js';
import { editInvitation } from '../management/find.js';
import type { MailingParts } from './mailing.js';
import { findByMail } from './mailed-link.js';
import { isUsable } from './outstanding.js';

/** Only the secret of the mail declines: a code can be guessed, and a copied link may be in anybody's hands. */
export function createInvitationDecline(
  parts: Pick<MailingParts, 'store' | 'keyring' | 'settles'> & { readonly events: EventSink },
): InvitationDecline {
  const { events, settles } = parts;
  const find = async (link: MailedLink): Promise<InvitationSnapshot | null> =>
    (await findByMail(parts, link))?.snapshot ?? null;

  return Object.freeze<InvitationDecline>({
    async stateOf(link) {
      const snapshot = await find(link);
      if (snapshot === null) return null;
      if (isUsable(snapshot, settles)) return 'open';
      return stateOf(snapshot, settles) === 'declined' ? 'declined' : null;
    },
    async decline(link) {
      const found = await find(link);
      if (found === null) return;
      const { id, inviter, tenant } = found.record;
      let isDeclined = false;
      await editInvitation(parts, id, { ledger: 'declined' }, (snapshot) => {
        isDeclined = isUsable(snapshot, settles);
        return isDeclined ? { revokedAt: snapshot.now, declinedAt: snapshot.now } : null;
      });
      if (isDeclined) events({ type: 'invitation.declined', id, inviter, tenant });
    },
  });
}
