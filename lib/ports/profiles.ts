import type { LoginField, UserProfile } from './user-store.js';

/** What policies may look up about existing accounts. */
export interface Profiles {
  /** `null`: there is no such account, or the app has no user store. */
  find(userId: string): Promise<UserProfile | null>;
  /** By a typed username or address. One lookup, whether there is such an account or not; `null`: there is none. */
  findByTyped(typed: string, fields: readonly LoginField[]): Promise<UserProfile | null>;
  /**
   * The hashes of the account's password and of at most `former` earlier ones, newest first. Empty where there is no
   * such account or it has no password.
   * @throws ERR_ENROLLMENT_USER_STORE when the user store has no `passwordHash`, or earlier ones are asked and it has no
   *   `passwordHistory`
   */
  passwordHashes(userId: string, former: number): Promise<readonly string[]>;
}
