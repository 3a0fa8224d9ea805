import assert from 'node:assert/strict';
import { createBackground, delayedCall, keepRenewed } from '../../lib/base/background.js';
import { waitUntil } from '../support/wait-until.js';

describe('background work', () => {
  it('is waited for by idle(), also what began meanwhile, and its failures are logged', async () => {
    const logged: string[] = [];
    const log = (level: string) => (_fields: object, text: string) => void logged.push(`${level}: ${text}`);
    const background = createBackground({ warn: log('warn'), error: log('error') });
    const done: string[] = [];

    background.run(
      'the first',
      Promise.resolve().then(() => {
        done.push('first');
        background.run(
          'the second',
          new Promise((resolve) => setImmediate(resolve)).then(() => done.push('second')),
        );
      }),
    );
    background.run('a failing one', Promise.reject(new Error('no')));
    background.run('an unimportant one', Promise.reject(new Error('no')), { level: 'warn' });
    await background.idle();

    assert.deepEqual(done, ['first', 'second']);
    assert.deepEqual(logged, ['error: a failing one failed', 'warn: an unimportant one failed']);
  });
});

describe('a delayed call', () => {
  it('runs once for all calls that schedule it, and can be scheduled again', async () => {
    let runs = 0;
    const soon = delayedCall(() => (runs += 1));
    for (const expected of [1, 2]) {
      soon.schedule(1);
      soon.schedule(1);
      await waitUntil(
        () => Promise.resolve(runs === expected ? true : undefined),
        () => `ran ${runs} times`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(runs, 2);
  });

  it('does not run once it is canceled', async () => {
    let runs = 0;
    const soon = delayedCall(() => (runs += 1));
    soon.schedule(1);
    soon.cancel();
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(runs, 0);
  });
});

describe('a renewal', () => {
  it('is repeated up to its maximum number, and until it is stopped', async () => {
    let renewals = 0;
    keepRenewed({ seconds: 0.006, renewals: 3 }, () => (renewals += 1));
    let stopped = 0;
    keepRenewed({ seconds: 0.006, renewals: 3 }, () => (stopped += 1))();
    await waitUntil(
      () => Promise.resolve(renewals === 3 ? true : undefined),
      () => `renewed ${renewals} times`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([renewals, stopped], [3, 0]);
  });
});
