/**
 * Runs one change of what opens an account at a time, on whichever server: of its address, its password, its
 * authenticators and connections, and its removal; the undoing of a change, a proof, and the release of an address that another account
 * proves.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when an earlier one takes too long
 */
export type AccountLock = <T>(userId: string, work: () => Promise<T>) => Promise<T>;
