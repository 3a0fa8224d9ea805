import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMemorySessionRegistry } from '../../../lib/stores/memory/session-registry.js';
import { sessionRegistryContract } from '../../../lib/testing/contracts/session-registry.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory registry of sessions', () => {
  const open = async () => {
    const clock = fakeClock();
    return { registry: createMemorySessionRegistry({ clock }), now: clock.now, advance: clock.advance };
  };
  for (const { title, run } of sessionRegistryContract(open)) it(title, run);

  it('the end of sessions is remembered for 25 hours', async () => {
    const { registry, advance } = await open();
    await registry.end('ann', await registry.nextEpoch());
    advance(25 * 3_600_000 - 1);
    assert.equal(await registry.hasEnded('ann', 0), true);
    advance(1);
    assert.equal(await registry.hasEnded('ann', 0), false);
  });
});
