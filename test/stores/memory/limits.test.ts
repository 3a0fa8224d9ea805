import { describe, it } from 'mocha';
import { createMemoryLimits } from '../../../lib/stores/memory/limits.js';
import { limitsContract } from '../../../lib/testing/contracts/limits.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory store of limits', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      limits: createMemoryLimits({ clock }),
      advance: async (milliseconds: number) => clock.advance(milliseconds),
    };
  };
  for (const { title, run } of limitsContract(open)) it(title, run);
});
