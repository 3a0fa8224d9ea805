import type { mailKinds, NoticeKind } from '../base/mail-kinds.js';

/**
 * What a mail is about: a code that proves an address (`recovery`, `enrollment`, `verification`), a letter with a link of
 * its own, or only a notice (`account_exists`, `no_password`, and `MailNotice`).
 */
export type MailKind = (typeof mailKinds)[number];

/** What the owner of an account is told by email: something that somebody else may have changed. */
export type MailNotice = NoticeKind;

/** A mail that is ready to be sent. */
export interface Mail {
  /** One address in its canonical form, without a name. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** A whole document that loads nothing from elsewhere. */
  readonly html: string;
  readonly kind: MailKind;
  /** The tag of the language that it is written in. */
  readonly locale: string;
  /**
   * The same for every attempt: the Message-ID without its brackets. A provider's interface takes it as the key that
   * makes a second request have no effect.
   */
  readonly messageId?: string;
  /**
   * In invitations and letters of the waitlist: where their recipient stops further ones by a POST, which mail programs
   * send (RFC 8058). Pass it on as the headers `List-Unsubscribe: <url>` and `List-Unsubscribe-Post:
   * List-Unsubscribe=One-Click`, and sign both.
   */
  readonly unsubscribeUrl?: string;
}

/** Sends the kit's mails. The sender's address and name are the mailer's own. */
export interface Mailer {
  /**
   * Resolves when the mail was accepted for delivery. No response waits for it. A rejection is logged, without the
   * recipient. An error's `delivery` says what became of the mail: `'temporary'`, nothing was sent, it is tried again;
   * `'permanent'`, it was refused; `'unknown'`, it may have been accepted, and is not sent again. Without it, an SMTP
   * server's `responseCode` says so; else it is unknown, as it is after 30 seconds.
   */
  send(mail: Mail): Promise<void>;
  /**
   * Connects and authenticates without sending, as nodemailer's `transport.verify()`. Called by `ready()`, `health()`
   * and `doctor`, at most once a minute; after ten seconds it counts as failed. Reject, or resolve with `false`, where
   * mails could not be sent now. Left out: it is not known.
   */
  verify?(): Promise<unknown>;
  /** How it sends, for `doctor`. Left out: it is not known. */
  readonly sender?: {
    /** The domain of the sender's address. */
    readonly domain: string;
    /** The host that it sends through. */
    readonly server: string;
    /** The domain that it signs for by DKIM (RFC 6376); `null`: it does not sign. */
    readonly dkim: string | null;
    /**
     * Whether it signs in to the server. `offered`: it does not, and the server offers it, as one that requires it does.
     * Left out: not known.
     */
    readonly signIn?: 'used' | 'offered' | 'none';
  };
}

/** What is said in a mail that proves an address. */
interface MailedCode {
  /** In the form in which people type it. */
  readonly code: string;
  /** The absolute address of the page that confirms it. */
  readonly url: string;
  readonly minutes: number;
}

/** What a letter says. Names and values are checked and shortened by the caller. */
export interface Letter {
  /** The absolute address of its link. */
  readonly url: string;
  /** The code that can be typed instead, in the form in which people type it. */
  readonly code: string | null;
  /** The name of the target app; `null`: the brand. */
  readonly app: string | null;
  /** The name of the person who sends it; never an address. */
  readonly inviter: string | null;
  /** The first instant at which the link is no longer valid, in milliseconds since 1970; `null`: there is none. */
  readonly expiresAt: number | null;
  /** The IANA zone in which the end is written. */
  readonly zone: string;
  /** More values for the app's own wording, e.g. the columns of a CSV file: `Dear {name}`. */
  readonly values: Readonly<Record<string, string>>;
  /** The absolute address of the page where a fresh link is requested. */
  readonly renewUrl: string | null;
}

/** What a mail is drawn from. Nothing that a visitor typed is among it. */
export interface MailContent {
  readonly kind: MailKind;
  readonly locale: string;
  /** The slug of the flow. */
  readonly flow: string;
  /** `null` in notices and letters. */
  readonly code: MailedCode | null;
  /** `null` in mails with a code, and in notices. */
  readonly letter: Letter | null;
  /** The name of the provider that a notice is about, from the app's settings. */
  readonly provider?: string;
  /** True in `address_changed` where a link that an earlier address got undoes this change as well. Left out: none does. */
  readonly hasEarlierLink?: boolean;
  /** The absolute address of the app's sign-in page, or of its home. */
  readonly signInUrl: string;
}

/**
 * Draws a mail to an address from its templates; with `unsubscribeUrl`, an invitation or a letter of the
 * waitlist says how to stop further ones. @throws ERR_ENROLLMENT_VIEWS
 */
export type DrawMail = (
  content: MailContent,
  to: string,
  settings?: Pick<Mail, 'unsubscribeUrl'>,
) => Pick<Mail, 'subject' | 'text' | 'html'>;
