import { digest128 } from '../base/ids.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { RateLimiter } from '../ports/rate-limiter.js';

/**
 * Sign-ins at providers that one client may begin in ten minutes without returning: each stores an entry for an hour.
 * Many users may share one address.
 */
const points = 100;
const windowSeconds = 600;

/** Rate limit for sign-ins that are begun at providers, by `Facts.address`. */
export interface SignInStarts {
  /** Counts one start. False when this client has begun too many without success. */
  consume(address: string): Promise<boolean>;
  /** One of these sign-ins succeeded: it no longer counts. */
  reward(address: string): Promise<void>;
}

export function createSignInStarts({
  rateLimiter,
  log,
}: {
  readonly rateLimiter: RateLimiter;
  readonly log: EnrollmentLogger;
}): SignInStarts {
  const keyOf = (address: string): string => `source:${digest128(address)}`;
  return Object.freeze<SignInStarts>({
    consume: async (address) => (await rateLimiter.consume(keyOf(address), windowSeconds)).taken <= points,
    async reward(address) {
      try {
        await rateLimiter.reward(keyOf(address), windowSeconds);
      } catch (error) {
        // The count expires on its own, so the sign-in continues.
        log.warn({ err: error }, 'a sign-in at a provider could not be given back');
      }
    },
  });
}
