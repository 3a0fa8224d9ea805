import { describe, it } from 'mocha';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import { rateLimiterContract } from '../../../lib/testing/contracts/rate-limiter.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory rate limiter', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      rateLimiter: createMemoryRateLimiter({ clock }),
      advance: async (milliseconds: number) => clock.advance(milliseconds),
    };
  };
  for (const { title, run } of rateLimiterContract(open)) it(title, run);
});
