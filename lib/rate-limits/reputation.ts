import type { EnrollmentLogger } from '../ports/log.js';
import type { RateLimiter } from '../ports/rate-limiter.js';
import type { Reputation, ReputationSubject } from '../ports/reputation.js';

/** A score ends one day after its first point, as in authentik. */
const windowSeconds = 86_400;

/**
 * Scores over the app's rate limiter. Its counters never fall below zero, so each subject has two: one of failures, one
 * of successes.
 */
export function createReputation({
  rateLimiter,
  log,
}: {
  readonly rateLimiter: RateLimiter;
  readonly log: EnrollmentLogger;
}): Reputation {
  let isActive = false;
  return Object.freeze<Reputation>({
    activate() {
      isActive = true;
    },
    async record(subject, change) {
      if (!isActive) return;
      const side = change > 0 ? 'good' : 'bad';
      try {
        await Promise.all(keysOf(subject).map((key) => rateLimiter.consume(`${key}:${side}`, windowSeconds)));
      } catch (error) {
        log.warn({ err: error }, 'a sign-in could not be counted for the reputation');
      }
    },
    async score(subject) {
      const taken = async (key: string): Promise<number> => (await rateLimiter.get(key)).taken;
      const scores = keysOf(subject).map(
        async (key): Promise<number> => (await taken(`${key}:good`)) - (await taken(`${key}:bad`)),
      );
      return (await Promise.all(scores)).reduce((sum, score) => sum + score, 0);
    },
  });
}

function keysOf({ address, name }: ReputationSubject): readonly string[] {
  return [
    ...(address === undefined ? [] : [`reputation:client:${address}`]),
    ...(name === undefined ? [] : [`reputation:name:${name}`]),
  ];
}
