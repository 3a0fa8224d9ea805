interface Count {
  /** Points taken within the running window, this one included. */
  readonly taken: number;
  /** Seconds until the window ends. */
  readonly endsInSeconds: number;
}

/** Counters with a window. Counting is atomic; a counter never falls below zero. */
export interface Limits {
  /** Adds a point to `key` and tells the sum. The window starts with the first point. */
  take(key: string, windowSeconds: number): Promise<Count>;
  /** The points taken by now, and when the window ends; counts nothing. */
  look(key: string): Promise<Count>;
  /** Gives a point back. */
  refund(key: string, windowSeconds: number): Promise<void>;
}
