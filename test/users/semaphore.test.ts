import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { createSemaphore } from '../../lib/users/semaphore.js';

describe('createSemaphore', () => {
  it('runs no more at once than its limit, in order of arrival', async () => {
    const semaphore = createSemaphore(3, 100);
    const started: number[] = [];
    let [inside, most] = [0, 0];
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        semaphore.pass(async () => {
          started.push(index);
          most = Math.max(most, (inside += 1));
          for (let turns = 0; turns < (index % 4) + 1; turns += 1) await turn();
          inside -= 1;
        }),
      ),
    );
    assert.equal(most, 3);
    assert.deepEqual(started, [...started.keys()]);
  });

  it('returns the result of the work, and continues when it fails', async () => {
    const semaphore = createSemaphore(1, 10);
    const failure = new Error('failed');
    const ended = await Promise.allSettled([
      semaphore.pass(async () => 'one'),
      semaphore.pass(() => Promise.reject(failure)),
      semaphore.pass(() => {
        throw failure;
      }),
      semaphore.pass(async () => 'four'),
    ]);
    assert.deepEqual(
      ended.map((end) => (end.status === 'fulfilled' ? end.value : end.reason)),
      ['one', failure, failure, 'four'],
    );
  });

  it('rejects at once with 503 when the queue is full', async () => {
    const semaphore = createSemaphore(1, 2);
    let open: () => void = () => undefined;
    const first = semaphore.pass(() => new Promise<void>((resolve) => (open = resolve)));
    const waiting = [semaphore.pass(async () => 1), semaphore.pass(async () => 2)];
    await assert.rejects(
      semaphore.pass(async () => 3),
      { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503, expose: false },
    );
    open();
    await first;
    assert.deepEqual(await Promise.all(waiting), [1, 2]);
    assert.equal(await semaphore.pass(async () => 4), 4);
  });

  it('F40: rejects calls that wait too long with a 503; the others keep their order', async () => {
    const semaphore = createSemaphore(1, 100, 20);
    let open: () => void = () => undefined;
    const first = semaphore.pass(() => new Promise<void>((resolve) => (open = resolve)));
    const late = Array.from({ length: 5 }, () => semaphore.pass(async () => assert.fail('its time is over')));
    for (const one of late) await assert.rejects(one, { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503 });
    const next = semaphore.pass(async () => 'next');
    open();
    await first;
    assert.equal(await next, 'next');
    assert.equal(await semaphore.pass(async () => 'after'), 'after');
  });
});
