import type { mailStateNames, mailSubjectTypes } from '../base/mail-kinds.js';
import type { ExternalIdentity } from './connections.js';
import type { MailContent, MailKind } from './mailer.js';

/** What a mail belongs to. */
export interface MailSubject {
  readonly type: (typeof mailSubjectTypes)[number];
  readonly id: string;
}

/** What a mailed code is bound to: it has ended where any of this did. */
export interface CodeBinding {
  /** A digest of the link that came with it, which ends when the code is used, replaced or canceled. */
  readonly link: string;
  /** The account that it is for; `null`: it is for an address. */
  readonly user: string | null;
  /** A keyed digest of that account's password; `null`: it had none. */
  readonly password: string | null;
  /** `null`: the browser that asked for it was not known to be of any user. */
  readonly asker: CodeAsker | null;
}

/** Whose browser asked for a code. */
export interface CodeAsker {
  readonly user: string;
  /** Of the evidence that the plan has of the user; see `SessionRegistry`. `null`: it has none but the session. */
  readonly epoch: number | null;
  /** The user's session, by the id that it had; `null`: they had none that is recorded. */
  readonly session: string | null;
}

/** A mail that must be sent once, also when this process dies. */
export interface MailOrder {
  /** Chosen by the caller, e.g. `ticket:<id>:1`: adding the same id again has no effect. */
  readonly id: string;
  /** One address in its canonical form. */
  readonly to: string;
  /** The mail is drawn from it when it is sent. It is sealed in the store, and removed once the mail was sent. */
  readonly content: MailContent;
  readonly about: MailSubject | null;
  /** Of a mail with a code that no ticket or invitation has; it is sealed in the store, too. Left out: there is none. */
  readonly binding?: CodeBinding;
  readonly tenant: string | null;
  /** The user who caused it. */
  readonly inviter: string | null;
  /** From this instant on it is not sent any more, in milliseconds since 1970. */
  readonly expiresAt: number | null;
}

/**
 * `failed`: it was not sent, and is not tried again. `withdrawn`: its invitation, ticket, link or code ended before it was
 * sent, or its recipient was erased, so it is not sent at all. `unknown`: the connection or the process ended while it was being sent, so it may have arrived; it is
 * not sent again by itself. `bounced`: the app reported that it came back.
 */
export type MailState = (typeof mailStateNames)[number];

/** A mail as it is listed: without its address, its link and its code. */
export interface MailStatus {
  readonly id: string;
  readonly kind: MailKind;
  readonly about: MailSubject | null;
  readonly tenant: string | null;
  readonly inviter: string | null;
  /** The masked address; empty once the person was erased. */
  readonly hint: string;
  readonly state: MailState;
  /** How often sending it began. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly queuedAt: number;
  readonly changedAt: number;
  /** The last failure, also of a mail that is tried again. */
  readonly failure: {
    /** What the server or the connection answered, without addresses. */
    readonly response: string;
    /** False: it may succeed later. */
    readonly permanent: boolean;
  } | null;
}

/**
 * What a mail announces, as the app's stores show it. `password`: the account has the password with this `mark`, a digest of
 * its hash. `deleted`: there is no such account any more. `address`: the account no longer has the address that the mail is for, and the change with this
 * id, where one is named, can still be undone. `authenticator`, `connection`: whether the account has this one. `declined`: the invitation was declined.
 */
export type MailCheck =
  | { readonly type: 'password'; readonly user: string; readonly mark: string }
  | { readonly type: 'deleted'; readonly user: string }
  | { readonly type: 'address'; readonly user: string; readonly change?: string }
  | { readonly type: 'authenticator'; readonly user: string; readonly id: string; readonly isThere: boolean }
  | { readonly type: 'declined'; readonly invitation: string }
  | (ExternalIdentity & { readonly type: 'connection'; readonly user: string; readonly isThere: boolean });

/** A person whose mails are erased, by what is known of them. */
export interface MailErasure {
  readonly user?: string;
  readonly email?: string;
  /** Only mails of this tenant. */
  readonly tenant?: string;
}

/** Mails that are sent once, and what became of them. */
export interface MailQueue {
  /**
   * Stores mails, all in one step; an instance of the app sends them. The promise does not wait for the sending.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503)
   */
  add(...orders: readonly MailOrder[]): Promise<void>;
  /**
   * Before the write that a mail announces: where the process dies before it calls `add` with the same id, any instance adds
   * the mail a minute later, if what it announces was written.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503)
   */
  prepare(order: MailOrder, check: MailCheck): Promise<void>;
  /** `null` where there is none with this id, or none any more. */
  status(ids: readonly string[]): Promise<readonly (MailStatus | null)[]>;
  /**
   * Withdraws a person's mails that wait, removes the content of failed ones, and the person from the records. A mail that
   * is being sent is sent; when it fails, it is withdrawn.
   */
  erase(person: MailErasure): Promise<void>;
}
