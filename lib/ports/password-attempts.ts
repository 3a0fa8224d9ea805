import type { AttemptAnswer } from './attempts.js';

/** The client that tries a password, and the account name that it tries. */
export interface PasswordAttempt {
  /** The canonical user name or address, or what was typed where it is neither. Never an account's id: that would tell which names are one person's. */
  readonly subject: string;
  /** `RequestFacts.address`. */
  readonly address: string;
}

/** Throttling of passwords: every attempt is counted before anything is compared, and given back when it was right. */
export interface PasswordAttempts {
  count(attempt: PasswordAttempt): Promise<AttemptAnswer>;
  /** Takes the attempt back, so that only misses remain counted. */
  reward(attempt: PasswordAttempt): Promise<void>;
  /** Notes that the person signed in from here: a stranger's misses do not lock this address out. */
  rememberClient(attempt: PasswordAttempt): Promise<void>;
  /** Counts a miss of one plan and tells how many it has within the hour. */
  recordFailure(planId: string): Promise<number>;
}
