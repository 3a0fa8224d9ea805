/** A value, and how long it is kept. */
export interface EphemeralValue {
  readonly value: string;
  readonly ttlSeconds: number;
}

/** Small values that are used once: the state of a sign-in at a provider, a pending answer, a code sent by email. */
export interface EphemeralStore {
  /** Stores `value` under `key` for `ttlSeconds`; an existing value is replaced. */
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Stores `value` for `ttlSeconds` unless the key already has a value, and returns the stored value. */
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<string>;
  /** The value, which remains. `null`: there is none, or it has expired. */
  peek(key: string): Promise<string | null>;
  /**
   * The value, which is removed: of any number of concurrent calls exactly one gets it. `null`: there is none, or it
   * has expired.
   */
  take(key: string): Promise<string | null>;
  /**
   * Replaces the value by `next`, or removes it (`null`), if it still is `expected`, in one step. False: the key has
   * another value or none, or it has expired; nothing is changed then.
   */
  compareAndSet(key: string, expected: string, next: EphemeralValue | null): Promise<boolean>;
}
