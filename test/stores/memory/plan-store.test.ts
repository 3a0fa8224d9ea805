import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMemoryPlanStore } from '../../../lib/stores/memory/plan-store.js';
import { planStoreContract } from '../../../lib/testing/contracts/plan-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory plan store', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      store: createMemoryPlanStore({ clock }),
      advance: async (milliseconds: number) => clock.advance(milliseconds),
    };
  };
  for (const { title, run } of planStoreContract(open)) it(title, run);

  it('drops expired plans, so that it does not grow without limit', async () => {
    const clock = fakeClock();
    const store = createMemoryPlanStore({ clock });
    const text = 'x'.repeat(16_000);
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    for (let at = 0; at < 20_000; at += 1) {
      clock.advance(1000);
      await store.create(`plan ${at}`, `${at}${text}`, 10);
    }
    const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before;
    assert.ok(grown < 150e6, `grew by ${grown} bytes`);
  });
});
