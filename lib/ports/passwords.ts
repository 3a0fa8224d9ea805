import type { Secret } from '../base/secret.js';

/** Hashes passwords. Shipped: argon2id with OWASP's parameters. */
export interface Passwords {
  hash(password: Secret): Promise<string>;
  verify(hash: string, password: Secret): Promise<boolean>;
  /** True when `hash` was made with weaker settings than today's and should be renewed at the next sign-in. */
  outdated(hash: string): boolean;
}
