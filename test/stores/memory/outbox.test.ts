import { describe, it } from 'mocha';
import { createMemoryOutbox } from '../../../lib/stores/memory/outbox.js';
import { outboxContract } from '../../../lib/testing/contracts/outbox.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory outbox', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      outbox: createMemoryOutbox({
        clock,
        most: { enrolled: 1000, accepted: 1000, webhook: 20, mail: 1000 },
        mostFailed: 3,
      }),
      advance: async (milliseconds: number) => clock.advance(milliseconds),
    };
  };
  for (const { title, run } of outboxContract(open)) it(title, run);
});
