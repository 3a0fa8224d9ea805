import { describe, it } from 'mocha';
import { createMemorySessionClient } from '../../../lib/stores/memory/session-client.js';
import { sessionClientContract } from '../../../lib/testing/contracts/session-client.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory session store', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      client: createMemorySessionClient({ clock }),
      advance: async (milliseconds: number) => clock.advance(milliseconds),
    };
  };
  for (const { title, run } of sessionClientContract(open)) it(title, run);
});
