import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { onceForClicks } from '../../lib/base/once-for-clicks.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';

describe('what several clicks on one form do', () => {
  const open = () => {
    const clock = fakeClock();
    const done: string[] = [];
    const store = createMemoryEphemeralStore({ clock });
    const click = (form: string): Promise<void> => onceForClicks(store, form, async () => void done.push(form));
    return { clock, store, done, click };
  };

  it('is done once by clicks at once, and again by a later one', async () => {
    const { clock, done, click } = open();
    await Promise.all([click('a'), click('a'), click('b')]);
    await click('a');
    assert.deepEqual(done.toSorted(), ['a', 'b']);
    clock.advance(10_000);
    await click('a');
    assert.deepEqual(done.toSorted(), ['a', 'a', 'b']);
  });

  it('is done by the next click where it failed, or the process of the first one was killed', async () => {
    const { clock, store, done, click } = open();
    await assert.rejects(
      onceForClicks(store, 'a', () => Promise.reject(new Error('away'))),
      /away/,
    );
    await click('a');
    assert.deepEqual(done, ['a']);
    // It renews nothing, and releases nothing.
    const killed = { ...store, compareAndSet: () => Promise.resolve(false) };
    void onceForClicks(killed, 'b', () => new Promise(() => undefined));
    const second = click('b');
    await delay(100);
    assert.deepEqual(done, ['a']);
    clock.advance(3000);
    await second;
    assert.deepEqual(done, ['a', 'b']);
  });
});
