import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { CodeKind, LetterKind } from '../base/mail-kinds.js';
import type { CodeAsker } from './mail-queue.js';
import type { LoginField } from './user-store.js';

/** What a code that was sent by email is for. */
type MailPurpose = CodeKind | Extract<LetterKind, 'ticket_change_email'>;

/**
 * Who gets the code. The server knows it from earlier steps; the form that asks for the mail never says it.
 * `login`: the account with this username or address, as it was typed. `account`: the account with this id.
 * `address`: the canonical address of a person without an account.
 */
export type MailRecipient =
  | { readonly type: 'login'; readonly typed: string; readonly fields: readonly LoginField[] }
  | { readonly type: 'account'; readonly userId: string }
  | { readonly type: 'address'; readonly address: string };

/** The step of a plan that sends codes. A code is right only there, for this recipient and this purpose. */
export interface MailStep {
  readonly purpose: MailPurpose;
  readonly flow: string;
  /** The stage binding's key. */
  readonly step: string;
  readonly enrollmentId: string;
  /** Tells one state of the plan from its other ones: two clicks of one page have the same. */
  readonly planState: string;
  readonly recipient: MailRecipient;
  /**
   * The signed-in user, or the user that the plan has evidence for; with neither epoch nor session, the epoch is that of
   * this request. Left out or `null`: there is none.
   */
  readonly asker?: CodeAsker | null;
  /** The client: `RequestFacts.address`. */
  readonly client: string;
  /** `RequestFacts.now`. */
  readonly now: number;
}

/** A sent code, as the plan keeps it: no code, no link, no address. */
export interface SentCode extends JsonObject {
  readonly step: string;
  /** A keyed digest of purpose and recipient. */
  readonly recipient: string;
  /** The id of the account; `null`: there is none, so that no code is right. */
  readonly user: string | null;
  /** Keyed digests. */
  readonly address: string;
  readonly code: string;
  readonly link: string;
  /** Of the account's password when the code was sent; `null`: there was none. */
  readonly password: string | null;
  /** Milliseconds since 1970. */
  readonly expires_at: number;
}

interface Throttled {
  readonly type: 'throttled';
  readonly message: Message;
  readonly retryAfterSeconds: number;
}

export type CodeSent = { readonly type: 'sent'; readonly sent: SentCode } | Throttled;

export type CodeAnswer =
  | {
      readonly type: 'right';
      /** The account that the mail was for; `null` for an address without one. */
      readonly userId: string | null;
      /** The canonical address that is proved. */
      readonly address: string;
    }
  /** The same message for every cause. */
  | { readonly type: 'wrong'; readonly message: Message }
  /** Nothing was compared. */
  | { readonly type: 'expired'; readonly message: Message }
  | Throttled;

/** Codes and links that prove who reads the mail of an address. */
export interface MailCodes {
  /**
   * Sends a new code, which ends the one in `before`. The answer does not wait for the mail, and is the same whether
   * there is an account or not. Above the limits of an address nothing is sent, and the answer is the same too.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503)
   */
  send(
    step: MailStep,
    before: SentCode | null,
    terms: { readonly seconds: number; readonly locale: string },
  ): Promise<CodeSent>;
  /** True where `sent` is of this step and recipient, whether it has expired or not. */
  isOf(step: MailStep, sent: SentCode): boolean;
  /** True where `link` came with the mail of `sent`, and has not expired. */
  opens(flow: string, sent: SentCode, link: Secret, now: number): boolean;
  /** Checks a typed code, or the link of the mail. The right one can be used once: the plan goes on. */
  check(
    step: MailStep,
    sent: SentCode,
    proof: { readonly code: Secret } | { readonly link: Secret },
  ): Promise<CodeAnswer>;
  /** Ends the link of a code that was used, or whose plan was canceled: `linkState` is `over` from now on. */
  end(sent: SentCode): Promise<void>;
  /**
   * Whose a link of a mail is: `own`, of this enrollment, or of `other` ones. `over`: its code was used, replaced or
   * canceled, or has expired.
   */
  linkState(flow: string, link: Secret, enrollmentId: string): Promise<'own' | 'other' | 'over'>;
}
