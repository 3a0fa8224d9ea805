import { describe, it } from 'mocha';
import { createMemorySessionClient } from '../../../lib/stores/memory/session-client.js';
import { sessionClientContract } from '../../../lib/testing/contracts/session-client.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('sessions in memory', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      client: createMemorySessionClient({ clock }),
      advance: async (milliseconds: number) => clock.advance(milliseconds),
    };
  };
  for (const { title, run } of sessionClientContract(open)) it(title, run);
});
