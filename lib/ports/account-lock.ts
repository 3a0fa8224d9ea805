/** Who asks for a removal. */
export interface ProvedRequest {
  /**
   * False where what proves the user was ended: asked under the account's lock, right before the write. A request may
   * have waited for the lock, or its process may have been suspended.
   */
  holds(): Promise<boolean>;
}

/** The lock of an account, while `AccountLock` runs the work. */
export interface HeldAccount {
  /**
   * Call it immediately before a write that has no compare-and-set of its own. A process that was suspended for longer
   * than the lock lasts writes nothing over a later change.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503) when another change may have begun
   */
  confirm(): Promise<void>;
}

/**
 * Runs one change of what opens an account at a time, on whichever server: of its address, its password, its
 * authenticators and connections, and its removal; the undoing of a change, a proof, and the release of an address that another account
 * proves. A process that dies keeps the lock for a few seconds.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when an earlier one takes too long
 */
export type AccountLock = <T>(userId: string, work: (held: HeldAccount) => Promise<T>) => Promise<T>;
