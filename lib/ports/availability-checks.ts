import type { Attempt, AttemptAnswer } from './attempts.js';

/**
 * Throttling of requests that look up whether a user name or address has an account: each is counted before anything is
 * looked up, and given back when its page passed.
 */
export interface AvailabilityChecks {
  /** Counts one request and tells whether a limit is passed. */
  consume(request: Attempt): Promise<AttemptAnswer>;
  /** Takes the count of a request back. */
  reward(request: Attempt): Promise<void>;
}
