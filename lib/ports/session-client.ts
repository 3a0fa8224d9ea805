/** The lifetime of a session, in seconds. */
export interface SessionLifetime {
  /** Without a visit. */
  readonly idleSeconds: number;
  /** From its start, regardless of visits. */
  readonly absoluteSeconds: number;
}

/**
 * The session store's client: what connect-redis 9 requires of the package "redis", and a read that counts as a visit.
 * The text of a session that is bound to a lifetime begins with
 * `{"enrollmentStartedAt":<seconds>,"enrollmentEndsAt":<seconds>`.
 */
export interface SessionClient {
  get(key: string): Promise<string | null>;
  /**
   * Reads a session and extends it by a visit, in one step; a session past its absolute lifetime, or past its
   * `enrollmentEndsAt`, is removed. A session without an `enrollmentStartedAt` keeps the end that it was written with.
   */
  visit(key: string, lifetime: SessionLifetime, nowSeconds: number): Promise<string | null>;
  /** With `XX`, a key that no longer exists is not created again. */
  set(
    key: string,
    value: string,
    options?: {
      readonly expiration?: { readonly type: 'EX'; readonly value: number };
      readonly condition?: 'XX';
    },
  ): Promise<unknown>;
  expire(key: string, seconds: number): Promise<unknown>;
  del(keys: readonly string[]): Promise<unknown>;
  /** How long a key still lives, in milliseconds; `null`: there is none. */
  remaining(key: string): Promise<number | null>;
  mGet(keys: readonly string[]): Promise<readonly (string | null)[]>;
  scanIterator(options: { readonly MATCH: string; readonly COUNT: number }): AsyncGenerator<readonly string[]>;
}
