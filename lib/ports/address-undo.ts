import type { UserProfile } from './user-store.js';

/** A change of an account's address that its former address may undo. */
export interface UndoableChange {
  readonly user: string;
  /** The former address, canonical. */
  readonly email: string;
  /** When it was changed, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * `over`: an earlier change was undone since. `taken`: another account has proved the address. `gone`: the account is
 * gone or not active.
 */
export type AddressUndone = 'undone' | 'over' | 'taken' | 'gone';

/** The way back after a change of an address: a link at the former one. */
export interface AddressUndo {
  /**
   * Mails the former address of an account a link that undoes the change, for 7 days, and whatever is changed
   * afterwards. None to an address that is known as not proved. No response waits for the mail.
   */
  offer(change: {
    readonly before: UserProfile;
    readonly at: number;
    readonly flow: string;
    readonly locale: string;
  }): Promise<void>;
  /**
   * Gives the account its former address back, which the link has proved. Ended with it: a password, authenticators and
   * connections that were set since, and the links of later changes. The caller ends the sessions.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503), also while another change of this account is being undone
   */
  undo(change: UndoableChange): Promise<AddressUndone>;
}
