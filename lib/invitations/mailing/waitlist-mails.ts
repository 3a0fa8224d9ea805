import type { MailedInvitationInput } from '../../ports/invitation-input.js';
import type { CreatedInvitation } from '../management/create.js';
import { findInvitation } from '../management/find.js';
import { refuseIssues } from '../management/input.js';
import { mailedIssues } from './mailed-input.js';
import type { MailingParts } from './mailing.js';
import { orderFirstMail } from './order-mail.js';
import { isUsable, keepOutstandingOf } from './outstanding.js';
import { aloneForAddress } from './send-lock.js';
import { createMailable } from './send.js';
import { takeBackRevocation } from './take-back-revocation.js';

/** Invitations of people that an administrator approved on the waitlist. */
export interface WaitlistMails {
  /** @throws ERR_ENROLLMENT_INVITATION */
  check(input: MailedInvitationInput): void;
  /**
   * Creates it; it ends the ones that it takes the place of once its mail is ordered. `keep`: it takes the place of none.
   * `instead`: the id of a further one whose place it takes; `null`: there is none.
   */
  create(
    input: MailedInvitationInput,
    settings: { readonly keep: boolean; readonly instead: string | null },
  ): Promise<CreatedInvitation>;
  /** Orders its one mail, unless it was ordered. `entry`: the id of the entry on the waitlist. */
  order(invitation: string, entry: string): Promise<void>;
  /** Those that it was to take the place of go on. */
  keepEarlier(invitation: string): Promise<void>;
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
    async create(input, { keep, instead }) {
      if (keep) return createMailable(parts, input, { onEarlier: 'keep' });
      const [further = null] = instead === null ? [] : await parts.store.read([instead]);
      const records = further !== null && isUsable(further, parts.settles) ? [further.record] : [];
      return createMailable(parts, input, { instead: records });
    },
    async order(invitation, entry) {
      const { record } = await findInvitation(parts, invitation);
      await aloneForAddress(parts.mailing.ephemeralStore, record, async () => {
        const { record: present } = await findInvitation(parts, invitation);
        const about = { type: 'waitlist', id: entry } as const;
        await orderFirstMail(parts, present, { kind: 'waitlist_approved', about }).catch(async (error: unknown) => {
          await keepOutstandingOf(parts, present.mail?.instead ?? []).catch(() => undefined);
          throw error;
        });
      });
    },
    async keepEarlier(invitation) {
      const [found = null] = await parts.store.read([invitation]);
      await keepOutstandingOf(parts, found?.record.mail?.instead ?? []);
    },
    takeBackRevocation: (invitation) => takeBackRevocation(parts, invitation),
  });
}
