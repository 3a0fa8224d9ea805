import assert from 'node:assert/strict';
import { createBackground } from '../../lib/base/background.js';

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
    background.run('an unimportant one', Promise.reject(new Error('no')), 'warn');
    await background.idle();

    assert.deepEqual(done, ['first', 'second']);
    assert.deepEqual(logged, ['error: a failing one failed', 'warn: an unimportant one failed']);
  });
});
