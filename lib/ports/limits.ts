export type LimitAnswer = { readonly over: false } | { readonly over: true; readonly retryAfterSeconds: number };

/**
 * A limit on what visitors may try. Every request is counted before it is processed, and the count is reverted when the
 * request was right.
 */
interface Limit<Request> {
  /** Counts one request and returns whether a limit is passed. */
  consume(request: Request): Promise<LimitAnswer>;
  /** Reverts the count of the request, so that only failures remain counted. */
  reward(request: Request): Promise<void>;
}

/** The client and plan that try a code, or look up whether a name is free. */
export interface Attempt {
  /** `RequestFacts.address`. */
  readonly address: string;
  readonly enrollmentId: string;
}

/** Guesses at codes. */
export type Attempts = Limit<Attempt>;

/** Wrong codes of all clients, within the window of `rateLimits.codes.overall`. */
export interface WrongCodes {
  /** The limit. */
  readonly points: number;
  /** How many there were. They are collected in each process, so this may be one second late. */
  count(): Promise<number>;
}

/** Requests that look up whether a username or address has an account. */
export type AvailabilityChecks = Limit<Attempt>;

/** Plans that are stored for the first time, by `RequestFacts.address`. */
export type NewPlans = Limit<string>;

/** The client that tries a password, and the account name that it tries. */
export interface PasswordAttempt {
  /**
   * The canonical username or address, or what was typed where it is neither. Never an account's id: that would reveal
   * which names belong to one person.
   */
  readonly subject: string;
  /** `RequestFacts.address`. */
  readonly address: string;
}

/** The user, plan and client that try a second factor. */
interface SecondFactorAttempt extends Attempt {
  /** `null`: the passkey itself says who the user is. */
  readonly userId: string | null;
}

/** Guesses at codes of second factors. */
export type SecondFactorAttempts = Limit<SecondFactorAttempt>;

/** Guesses at passwords. */
export interface PasswordAttempts extends Limit<PasswordAttempt> {
  /** Records that the user signed in from here: a stranger's failures do not lock this address out. */
  rememberClient(attempt: PasswordAttempt): Promise<void>;
  /** True within 30 days after a sign-in of this user from this address. */
  isKnownClient(attempt: PasswordAttempt): Promise<boolean>;
  /** Counts a failure of one plan and returns its failures within the hour. */
  recordFailure(planId: string): Promise<number>;
}

export interface AddressedMail {
  /** Stands for the address. */
  readonly digest: string;
  /** `RequestFacts.address`. */
  readonly client: string;
  /** True where the user of the address signed in from this client lately. */
  readonly isKnown: boolean;
}

/** Mails that visitors cause, the first one too. */
export interface MailSends {
  /** Counts a mail of one plan and client. */
  consume(attempt: Attempt): Promise<LimitAnswer>;
  /** Counts a mail to one address. */
  consumeAddress(mail: AddressedMail): Promise<LimitAnswer>;
}

/** A mailed invitation. */
export interface InvitationMailing {
  /** In its canonical form. */
  readonly recipient: string;
  /** `null`: an administrator sends it. */
  readonly inviter: string | null;
  readonly tenant: string | null;
}

/** Mailed invitations. A count is reverted where no mail was ordered. */
export interface InvitationMails extends Pick<Limit<InvitationMailing>, 'reward'> {
  /** Counts one mail; `limit`: the one that is passed, of several the one that ends last. */
  consume(mailing: InvitationMailing): Promise<
    | { readonly over: false }
    | {
        readonly over: true;
        readonly limit: 'perRecipient' | 'perInviter' | 'perTenant';
        readonly retryAfterSeconds: number;
      }
  >;
}

/** A fresh link that an invited person asks for. `client`: `RequestFacts.address`. */
type FreshInvitationMailing = Omit<InvitationMailing, 'inviter'> & { readonly client: string };

/** Fresh links that invited people ask for. */
export interface FreshInvitationMails {
  consume(mailing: FreshInvitationMailing): Promise<LimitAnswer>;
  /** Reverts the count of the month where none was sent; the request counts as others of strangers do. */
  reward(mailing: FreshInvitationMailing): Promise<void>;
}

/** Guesses at codes that were sent by email. */
export type MailAttempts = Limit<Attempt>;
