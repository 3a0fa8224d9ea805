/** Small values that are handed out once: the state of a sign-in at a provider, an answer on its way, a code by mail. */
export interface EphemeralStore {
  /** Keeps `value` under `key` for so many seconds; what was there is replaced. */
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Keeps `value` for so many seconds unless something is kept under `key` already, and tells what is kept now. */
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<string>;
  /** The value, which stays. `null`: there is none (any more). */
  peek(key: string): Promise<string | null>;
  /** The value, which is gone then: of any number of calls at once exactly one gets it. `null`: there is none (any more). */
  take(key: string): Promise<string | null>;
}
