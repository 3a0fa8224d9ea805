/**
 * What a mail is about: a code that proves an address (`recovery`, `enrollment`, `verification`), or only a notice
 * (`account_exists`, `no_password`, and `MailNotice`).
 */
export type MailKind = 'recovery' | 'enrollment' | 'verification' | 'account_exists' | 'no_password' | MailNotice;

/** What the owner of an account is told by email: something that somebody else may have changed. */
export type MailNotice =
  | 'password_changed'
  | 'address_changed'
  | 'authenticator_added'
  | 'authenticator_removed'
  | 'provider_connected'
  | 'provider_disconnected';

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
}

/** Sends the kit's mails. The sender's address and name are the mailer's own. */
export interface Mailer {
  /**
   * Resolves when the mail was accepted for delivery. No response waits for it. A rejection is logged, without the
   * recipient, and the mail is not sent again; after 30 seconds it counts as failed.
   */
  send(mail: Mail): Promise<void>;
  /**
   * Connects and authenticates without sending, as nodemailer's `transport.verify()`. Called by `ready()`, `health()`
   * and `doctor`, at most once a minute; after ten seconds it counts as failed. Reject, or resolve with `false`, where
   * mails could not be sent now. Left out: it is not known.
   */
  verify?(): Promise<unknown>;
}

/** What is said in a mail that proves an address. */
interface MailedCode {
  /** In the form in which people type it. */
  readonly code: string;
  /** The absolute address of the page that confirms it. */
  readonly url: string;
  readonly minutes: number;
}

/** What a mail is drawn from. Nothing that a visitor typed is among it. */
export interface MailContent {
  readonly kind: MailKind;
  readonly locale: string;
  /** The slug of the flow. */
  readonly flow: string;
  /** `null` in notices. */
  readonly code: MailedCode | null;
  /** The name of the provider that a notice is about, from the app's settings. */
  readonly provider?: string;
  /** The absolute address of the app's sign-in page, or of its home. */
  readonly signInUrl: string;
}

/** Draws a mail from its templates. @throws ERR_ENROLLMENT_VIEWS */
export type DrawMail = (content: MailContent) => Pick<Mail, 'subject' | 'text' | 'html'>;
