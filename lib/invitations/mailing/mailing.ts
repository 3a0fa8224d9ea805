import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { EmailInvitations } from '../../ports/invitation-input.js';
import type { NameInviter } from '../../ports/inviters.js';
import type { FreshInvitationMails, InvitationMails } from '../../ports/limits.js';
import type { MailQueue } from '../../ports/mail-queue.js';
import type { SuppressionList } from '../../ports/mail-suppressions.js';
import type { BulkParts } from '../management/bulk-row.js';

/** What mailing invitations needs of the app. */
export interface Mailing extends EmailInvitations {
  /** `null`: the app has no mailer. */
  readonly queue: MailQueue | null;
  /** Addresses that get no more invitations. */
  readonly suppressions: Pick<SuppressionList, 'find' | 'allow' | 'erase'>;
  readonly limits: InvitationMails;
  readonly freshLimits: FreshInvitationMails;
  /** The address of an account; `null`: it has none, or is gone. */
  readonly addressOf: (user: string) => Promise<string | null>;
  readonly ephemeralStore: EphemeralStore;
  /** For mails that name no language. */
  readonly locale: string;
  /** The absolute address of the app's sign-in page, or of its home. */
  readonly signInUrl: string;
}

export interface MailingParts extends BulkParts {
  readonly mailing: Mailing;
  readonly nameInviter: NameInviter | null;
}

const absent = (): Promise<never> => Promise.reject(new TypeError('mailing invitations is not composed'));

/** For parts of the kit that mail nothing. */
export const absentMailing: Mailing = Object.freeze({
  onEarlier: 'end',
  outstanding: Object.freeze({ perInviter: null, perRecipient: null, perTenant: null }),
  freshLinks: false,
  tellDeclined: false,
  unsubscribe: false,
  queue: null,
  suppressions: Object.freeze({ find: absent, allow: absent, erase: absent }),
  addressOf: absent,
  freshLimits: Object.freeze({ consume: absent, reward: absent }),
  limits: Object.freeze({ consume: absent, reward: absent }),
  ephemeralStore: Object.freeze({
    set: absent,
    setIfAbsent: absent,
    peek: absent,
    take: absent,
    compareAndSet: absent,
  }),
  locale: 'en',
  signInUrl: '',
});
