import type { Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { LoginField } from './user-store.js';

export interface CredentialsQuestion {
  /** A user name or an address as it was typed, in any spelling. */
  readonly identifier: string;
  readonly password: Secret;
  /** What the identifier may be; default either. What has an `@` in it is an address, nothing else is. */
  readonly fields?: readonly LoginField[];
  /** Who asks, for throttling: `RequestFacts.address`. */
  readonly address: string;
  readonly planId: string;
}

export type CredentialsAnswer =
  | { readonly type: 'right'; readonly userId: string }
  /** One sentence, whatever the cause: unknown, wrong, not active, without a password. */
  | {
      readonly type: 'wrong';
      readonly message: Message;
      /** How often this plan was wrong, this time included, within the hour. */
      readonly failures: number;
    }
  /** Nothing was compared: the answer is the same for a right password. */
  | { readonly type: 'throttled'; readonly message: Message; readonly retryAfterSeconds: number };

/** What stages may ask about existing people. */
export interface Credentials {
  /**
   * Counts the attempt, looks the person up and compares the password; costs one comparison for everybody. `wrong` is
   * answered a multiple of 250 ms after the question.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503)
   * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `passwordHash`
   */
  check(question: CredentialsQuestion): Promise<CredentialsAnswer>;
  /**
   * Notes that the person signs in from `address` (`RequestFacts.address`), by whichever way: strangers' misses at their name
   * do not lock them out there. Never rejects: a failed write is logged and refuses no request.
   */
  rememberClient(userId: string, address: string): Promise<void>;
}
