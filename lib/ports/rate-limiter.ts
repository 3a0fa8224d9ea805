export interface RateLimitCount {
  /** Points consumed within the running window, including this one. */
  readonly taken: number;
  /** Seconds until the window ends. */
  readonly endsInSeconds: number;
}

/** Counters with a window. Counting is atomic; a counter never falls below zero. */
export interface RateLimiter {
  /** Adds `points` (default 1) to `key` and returns the sum. The window starts with the first point. */
  consume(key: string, windowSeconds: number, points?: number): Promise<RateLimitCount>;
  /** The points consumed so far, and when the window ends; counts nothing. */
  get(key: string): Promise<RateLimitCount>;
  /** Subtracts `points` (default 1) from the count of `key`. */
  reward(key: string, windowSeconds: number, points?: number): Promise<void>;
}
