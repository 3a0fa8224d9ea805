export type LimitAnswer = { readonly over: false } | { readonly over: true; readonly retryAfterSeconds: number };

/** A limit on what visitors may try: every request is counted before it is looked at, and given back when it was right. */
interface Limit<Request> {
  /** Counts one request and tells whether a limit is passed. */
  consume(request: Request): Promise<LimitAnswer>;
  /** Takes the request back, so that only failures remain counted. */
  reward(request: Request): Promise<void>;
}

/** Who tries a code, or asks whether a name is free. */
export interface Attempt {
  /** `RequestFacts.address`. */
  readonly address: string;
  readonly enrollmentId: string;
}

/** Guesses at codes. */
export type Attempts = Limit<Attempt>;

/** Requests that look up whether a user name or address has an account. */
export type AvailabilityChecks = Limit<Attempt>;

/** Plans that are stored for the first time, by `RequestFacts.address`. */
export type NewPlans = Limit<string>;

/** The client that tries a password, and the account name that it tries. */
export interface PasswordAttempt {
  /** The canonical user name or address, or what was typed where it is neither. Never an account's id: that would tell which names are one person's. */
  readonly subject: string;
  /** `RequestFacts.address`. */
  readonly address: string;
}

/** Guesses at passwords. */
export interface PasswordAttempts extends Limit<PasswordAttempt> {
  /** Notes that the person signed in from here: a stranger's failures do not lock this address out. */
  rememberClient(attempt: PasswordAttempt): Promise<void>;
  /** Counts a failure of one plan and tells how many it has within the hour. */
  recordFailure(planId: string): Promise<number>;
}
