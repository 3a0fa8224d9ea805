/** Who tries a code. */
export interface Attempt {
  /** `RequestFacts.address`. */
  readonly address: string;
  readonly enrollmentId: string;
}

export type AttemptAnswer = { readonly over: false } | { readonly over: true; readonly retryAfterSeconds: number };

/** Throttling of guesses: every attempt is counted before it is looked at, and given back when it was right. */
export interface Attempts {
  /** Counts one attempt everywhere and tells whether a limit is passed. */
  count(attempt: Attempt): Promise<AttemptAnswer>;
  /** Takes the attempt back, so that only misses remain counted. */
  reward(attempt: Attempt): Promise<void>;
}
