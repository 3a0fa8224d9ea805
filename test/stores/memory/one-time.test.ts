import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMemoryOneTime } from '../../../lib/stores/memory/one-time.js';
import { oneTimeContract } from '../../../lib/testing/contracts/one-time.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory store of values that are handed out once', () => {
  const open = async () => {
    const clock = fakeClock();
    return {
      oneTime: createMemoryOneTime({ clock }),
      advance: async (milliseconds: number) => clock.advance(milliseconds),
    };
  };
  for (const { title, run } of oneTimeContract(open)) it(title, run);

  it('forgets values that ended, so that it does not grow for ever', async () => {
    const clock = fakeClock();
    const oneTime = createMemoryOneTime({ clock });
    const text = 'x'.repeat(16_000);
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 20_000; at += 1) {
      clock.advance(1000);
      await oneTime.put(`value ${at}`, `${at}${text}`, 10);
    }
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(grown < 150e6, `grew by ${grown} bytes`);
  });
});
