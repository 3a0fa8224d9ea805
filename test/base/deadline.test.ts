import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { withTimeout } from '../../lib/base/awaitable.js';
import { startDeadline } from '../../lib/base/deadline.js';

/** Nothing else of this thread runs meanwhile, as in a process that computes or is suspended. */
function stall(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

const late = (): Error => new Error('late');

describe('deadlines', () => {
  it('an answer that arrived while the process was busy counts', async () => {
    // Made in another thread: it waits to be read when the timer is due.
    const answer = withTimeout(20, () => promisify(randomBytes)(16), late);
    stall(100);
    assert.equal((await answer).length, 16);
  });

  it('what has not arrived is late', async () => {
    await assert.rejects(
      withTimeout(5, () => new Promise(() => undefined), late),
      /late/,
    );
  });

  it('a canceled deadline never calls, also when its time is over', async () => {
    let calls = 0;
    const cancel = startDeadline(5, () => (calls += 1));
    setTimeout(cancel, 5);
    stall(20);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(calls, 0);
  });
});
