import type { Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import type { LoginField } from './user-store.js';

export interface CredentialsQuestion {
  /** A username or an address as typed, in any spelling. */
  readonly identifier: string;
  readonly password: Secret;
  /** What the identifier may be; default either. A text with an `@` is an address, any other is a username. */
  readonly fields?: readonly LoginField[];
  /** The client, for throttling: `RequestFacts.address`. */
  readonly address: string;
  readonly planId: string;
}

export type CredentialsAnswer =
  | { readonly type: 'right'; readonly userId: string }
  /** The same message for every cause: unknown, wrong, not active, without a password. */
  | {
      readonly type: 'wrong';
      readonly message: Message;
      /** The number of this plan's failures within the hour, including this one. */
      readonly failures: number;
    }
  /** Nothing was compared: the answer is the same for a correct password. */
  | { readonly type: 'throttled'; readonly message: Message; readonly retryAfterSeconds: number };

/** What stages may ask about existing users. */
export interface Credentials {
  /**
   * Counts the attempt, looks the user up and compares the password. It costs one comparison in every case. `wrong` is
   * returned a multiple of 250 ms after the call.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503)
   * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `passwordHash`
   */
  check(question: CredentialsQuestion): Promise<CredentialsAnswer>;
  /**
   * Records that the user signs in from `address` (`RequestFacts.address`), in any way: strangers' failures for their
   * name do not lock them out there. Never rejects: a failed write is logged and refuses no request.
   */
  rememberClient(userId: string, address: string): Promise<void>;
}
