import type { AttemptAnswer } from './attempts.js';

/** Throttling of plans that are stored for the first time, by `RequestFacts.address`. */
export interface NewPlans {
  /** Counts one plan and tells whether the limit is passed. */
  consume(address: string): Promise<AttemptAnswer>;
  /** Takes a plan's count back. */
  reward(address: string): Promise<void>;
}
