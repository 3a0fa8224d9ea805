export interface RateLimitCount {
  /** Points taken within the running window, this one included. */
  readonly taken: number;
  /** Seconds until the window ends. */
  readonly endsInSeconds: number;
}

/** Counters with a window. Counting is atomic; a counter never falls below zero. */
export interface RateLimiter {
  /** Adds `points` (1 unless given) to `key` and tells the sum. The window starts with the first point. */
  consume(key: string, windowSeconds: number, points?: number): Promise<RateLimitCount>;
  /** The points taken by now, and when the window ends; counts nothing. */
  get(key: string): Promise<RateLimitCount>;
  /** Gives `points` (1 unless given) back. */
  reward(key: string, windowSeconds: number, points?: number): Promise<void>;
}
