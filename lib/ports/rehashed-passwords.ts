/**
 * Which password hashes are of the same password: a sign-in hashes it anew where the settings were raised. What is bound to
 * a password is bound to a digest of its hash, and stays valid then.
 */
export interface RehashedPasswords {
  /** To be called before `next` is written in place of `hash`. */
  record(userId: string, hash: string, next: string): Promise<void>;
  /** Digests of a user's hash, and of those that it replaced as the same password; the present one first. */
  digestsOf(userId: string, hash: string): Promise<readonly string[]>;
}
