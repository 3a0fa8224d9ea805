/** A person as the kit writes to them. Each tenant's mails are stopped by themselves; left out or `null`: no tenant. */
export interface MailRecipient {
  readonly email: string;
  readonly tenant?: string | null | undefined;
}

/** That an address gets no more invitations by email. */
export interface MailSuppression {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `recipient`: by the link of a mail; `app`: by the app, for instance after a complaint. */
  readonly by: 'recipient' | 'app';
}

/**
 * Stores which addresses get no more invitations, by keyed digests: `address` and `scope` (the tenant) reveal neither. It
 * has no list of addresses, only their number.
 */
export interface MailSuppressions {
  /** Stores it; false where there is one, which stays. */
  add(address: string, scope: string, suppression: MailSuppression): Promise<boolean>;
  /** The first one of these addresses in the scope; `null`: there is none. */
  find(addresses: readonly string[], scope: string): Promise<MailSuppression | null>;
  /** Removes those of the addresses in a scope; `null`: in all of them. True where there was one. */
  remove(addresses: readonly string[], scope: string | null): Promise<boolean>;
  /** How many there are; one in two scopes counts twice. */
  count(): Promise<number>;
}

/** Why an address gets invitations again: the app says so, or the person asks by themselves. */
type MailAllowance = 'app' | 'waitlist' | 'sign_up' | 'fresh_link';

/** Where people stop invitations by email, and what follows from it. */
export interface SuppressionList {
  /** `null`: mails are sent. */
  find(who: MailRecipient): Promise<MailSuppression | null>;
  /** How many there are. */
  count(): Promise<number>;
  /** False where it was so before. */
  suppress(who: MailRecipient): Promise<boolean>;
  /** False where mails were sent anyway. */
  allow(who: MailRecipient, by: MailAllowance): Promise<boolean>;
  /** Without a tenant: in all of them. */
  erase(who: { readonly email: string; readonly tenant?: string | undefined }): Promise<void>;
  /** What the link of a mail is about; `null` for a link that the kit did not make. Changes nothing. */
  open(token: string): Promise<MailUnsubscription | null>;
  /** Stops further mails to the address of the link. */
  unsubscribe(token: string): Promise<MailUnsubscription | null>;
}

/** The link of one mail. */
interface MailUnsubscription {
  /** The masked address. */
  readonly hint: string;
  /** True where mails are stopped already. */
  readonly isStopped: boolean;
}
