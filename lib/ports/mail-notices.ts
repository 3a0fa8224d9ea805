import type { LetterKind } from '../base/mail-kinds.js';
import type { MailCheck } from './mail-queue.js';
import type { MailNotice } from './mailer.js';
import type { UserProfile } from './user-store.js';

/** Called right before a change is written. The function that it returns is called once the change was written. */
export type Announce<Changed> = (changed: Changed) => Promise<() => void>;

interface NoticeTerms {
  readonly flow: string;
  readonly locale: string;
  /** The name of the provider that was connected or disconnected. */
  readonly provider?: string;
  /** As in `MailContent`. */
  readonly hasEarlierLink?: boolean;
  /** The account as it was before the change: a new address is told to the old one. Left out: as it is. */
  readonly before?: UserProfile;
}

interface LetterTerms {
  readonly flow: string;
  readonly locale: string;
  /** The absolute address of the link. Left out: the sign-in page. */
  readonly url?: string;
  /** When the link ends, in milliseconds since 1970. Left out: it does not end. */
  readonly expiresAt?: number;
}

interface PreparedChange {
  /** Tells one change from any other; the same for the next try of one. */
  readonly key: string;
  readonly check: MailCheck;
  /** True: without a stored mail the change must not be made, and the promise rejects. Default: it is made without. */
  readonly isRequired?: boolean;
}

/** A letter about an account. */
type AccountLetter = Extract<LetterKind, 'address_change_undo' | 'address_taken_over'>;

/**
 * Mails that tell the owner of an account, or of an address, what was changed. They are stored before the change. The
 * function that is returned sends the mail, and no response waits for it; where the process dies before that, it is sent
 * a minute later, if the change was written. Once for each change, whichever of two clicks sends it.
 */
export interface MailNotices {
  /**
   * But for a changed password nothing is sent to an address that is known as unproved: its owner may be a stranger to
   * the account.
   */
  prepareNotice(kind: MailNotice, userId: string, about: NoticeTerms, change: PreparedChange): Promise<() => void>;
  /** To an address, canonical. @throws ERR_ENROLLMENT_STORE_AWAY (503) where the mail is required */
  prepareLetter(kind: AccountLetter, to: string, about: LetterTerms, change: PreparedChange): Promise<() => void>;
  /**
   * True where the letter about the change with this key is known not to have arrived: it was refused, withdrawn, or came
   * back. One that waits, or whose fate is not known, may arrive. @throws ERR_ENROLLMENT_STORE_AWAY (503)
   */
  isUndelivered(kind: AccountLetter, key: string): Promise<boolean>;
}
