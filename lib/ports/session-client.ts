/** For how long a session lasts, in seconds. */
export interface SessionLifetime {
  /** Without a visit. */
  readonly idleSeconds: number;
  /** From its start, whatever is visited. */
  readonly absoluteSeconds: number;
}

/**
 * Where sessions are kept: what connect-redis 9 asks of the package "redis", and a read that counts as a visit. The
 * text of a session that is bound to a lifetime begins with `{"enrollmentStartedAt":<seconds>`.
 */
export interface SessionClient {
  get(key: string): Promise<string | null>;
  /**
   * Reads a session and puts off its end by a visit, in one step; one that is past its absolute lifetime is removed. A
   * session without a `enrollmentStartedAt` keeps the end that it was written with.
   */
  visit(key: string, lifetime: SessionLifetime, nowSeconds: number): Promise<string | null>;
  /** With `XX` a key that is not there any more is not made again. */
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
  mGet(keys: readonly string[]): Promise<readonly (string | null)[]>;
  scanIterator(options: { readonly MATCH: string; readonly COUNT: number }): AsyncGenerator<readonly string[]>;
}
