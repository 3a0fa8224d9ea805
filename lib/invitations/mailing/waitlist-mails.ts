import type { MailedInvitationInput } from '../../ports/invitation-input.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { CreatedInvitation } from '../management/create.js';
import { editInvitation, findInvitation } from '../management/find.js';
import { refuseIssues } from '../management/input.js';
import { endInvitation } from '../management/revoke.js';
import { mailedIssues } from './mailed-input.js';
import type { MailingParts } from './mailing.js';
import { orderFirstMail } from './order-mail.js';
import { earlierOf, isUsable, keepOutstanding } from './outstanding.js';
import { aloneForAddress } from './send-lock.js';
import { createMailable } from './send.js';

/** Invitations of people that an administrator approved on the waitlist. */
export interface WaitlistMails {
  /** @throws ERR_ENROLLMENT_INVITATION */
  check(input: MailedInvitationInput): void;
  /** As another invitation of the address, which ends no earlier one yet. */
  create(input: MailedInvitationInput, settings: { readonly keep: boolean }): Promise<CreatedInvitation>;
  /**
   * Orders its one mail, unless it was ordered, and then ends the earlier ones that it takes the place of, but for those
   * that `keeps`. `entry`: the id of the entry on the waitlist.
   */
  order(invitation: string, entry: string, keeps: (earlier: string) => boolean): Promise<void>;
  /**
   * Takes back a revocation of a moment ago, in favor of one that was not sent: also beside others of the address, and where
   * others have its place below a ceiling meanwhile.
   */
  takeBackRevocation(invitation: string): Promise<void>;
}

export function createWaitlistMails(parts: MailingParts): WaitlistMails {
  return Object.freeze<WaitlistMails>({
    check(input) {
      refuseIssues(mailedIssues(parts, input));
    },
    create: (input, { keep }) => createMailable(parts, input, keep ? { onEarlier: 'keep' } : {}),
    async order(invitation, entry, keeps) {
      const { record } = await findInvitation(parts, invitation);
      await aloneForAddress(parts.mailing.ephemeralStore, record, async () => {
        const present = await findInvitation(parts, invitation);
        const about = { type: 'waitlist', id: entry } as const;
        await orderFirstMail(parts, present.record, { kind: 'waitlist_approved', about }).catch(
          async (error: unknown) => {
            await keepEarlier(parts, present.record).catch(() => undefined);
            throw error;
          },
        );
        // One that was ended meanwhile takes the place of none.
        if (parts.mailing.onEarlier === 'keep' || !isUsable(present, parts.settles)) return;
        for (const { id } of await earlierOf(parts, present.record)) if (!keeps(id)) await endInvitation(parts, id, {});
      });
    },
    async takeBackRevocation(invitation) {
      const { record } = await editInvitation(parts, invitation, { ledger: 'restored', by: undefined }, (present) =>
        isTakenBack(present.record) ? { revokedAt: null } : null,
      );
      if (!isTakenBack(record)) return;
      parts.events({ type: 'invitation.restored', id: invitation, by: null });
      await keepOutstanding(parts, [record]);
    },
  });
}

const isTakenBack = ({ revokedAt, replacedBy, declinedAt }: InvitationRecord): boolean =>
  revokedAt !== null && replacedBy === null && declinedAt === null;

/** They were to end in favor of one whose mail could not be ordered. */
async function keepEarlier(parts: MailingParts, record: InvitationRecord): Promise<void> {
  if (parts.mailing.onEarlier === 'end') await keepOutstanding(parts, await earlierOf(parts, record));
}
