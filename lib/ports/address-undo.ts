/** A change of an account's address that its former address may undo. */
export interface UndoableChange {
  readonly user: string;
  /** The former address, canonical. */
  readonly email: string;
  /** The id of the change. */
  readonly change: string;
  /** The enrollment that undoes it: the second of two clicks is answered as the first. */
  readonly enrollmentId: string;
  /** The language of the notice to the address that the account loses. */
  readonly locale: string;
}

/**
 * `over`: this change, or an earlier one, was undone since, or the account has got an earlier address back in another
 * way. `taken`: another account has proved the address. `gone`: the account is
 * gone or not active.
 */
export type AddressUndone = 'undone' | 'over' | 'taken' | 'gone';

/** `undone`: the address is back, and its process ended before that was recorded. `over`: as in `AddressUndone`. */
export type UndoState = 'open' | 'undone' | 'over';

/** The way back after a change of an address: a link at the former one. */
export interface AddressUndo {
  /** What the link of a change of this user would find now. Changes nothing. */
  stateOf(user: string, change: string): Promise<UndoState>;
  /**
   * Gives the account its former address back, which the link has proved. Ended with it: a password, authenticators and
   * connections that were set since, all sessions, and the links of later changes. The address that the account loses
   * gets a notice. Where it fails, or the process ends, it begins again with the next call, by whatever browser.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503), also while another change of the address takes too long
   */
  undo(change: UndoableChange): Promise<AddressUndone>;
}
