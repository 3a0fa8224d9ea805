import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { ephemeralStoreContract } from '../../../lib/testing/contracts/ephemeral-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory ephemeral store', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      ephemeralStore: createMemoryEphemeralStore({ clock }),
      advance: async (milliseconds: number) => clock.advance(milliseconds),
    };
  };
  for (const { title, run } of ephemeralStoreContract(open)) it(title, run);

  it('drops expired values, so that it does not grow without limit', async () => {
    const clock = fakeClock();
    const ephemeralStore = createMemoryEphemeralStore({ clock });
    const text = 'x'.repeat(16_000);
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 20_000; at += 1) {
      clock.advance(1000);
      await ephemeralStore.set(`value ${at}`, `${at}${text}`, 10);
    }
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(grown < 150e6, `grew by ${grown} bytes`);
  });
});
