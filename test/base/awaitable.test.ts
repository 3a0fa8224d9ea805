import assert from 'node:assert/strict';
import { all, chain, isPromise, withTimeout } from '../../lib/base/awaitable.js';
import { noUnhandledRejections } from '../support/no-unhandled-rejections.js';

/** Legal for `await`: its `then` returns nothing. */
function thenable<Value>(value: Value): Promise<Value> {
  const like: unknown = { then: (done: (value: Value) => void) => void setTimeout(() => done(value), 1) };
  return like as Promise<Value>;
}

describe('awaitable values', () => {
  noUnhandledRejections();

  it('a value is passed on at once, a promise when it is fulfilled', async () => {
    assert.equal(
      chain(1, (one) => one + 1),
      2,
    );
    const later = chain(Promise.resolve(1), (one) => one + 1);
    assert.ok(isPromise(later));
    assert.equal(await later, 2);
  });

  it('a rejected promise is not passed on', async () => {
    await assert.rejects(async () => chain(Promise.reject(new Error('away')), () => assert.fail()), /away/);
  });

  it('all values are joined in their order, at once where none is a promise', async () => {
    assert.deepEqual(
      all([1, 2], (one) => one * 2),
      [2, 4],
    );
    assert.deepEqual(await all([1, 2, 3], (one) => (one === 2 ? Promise.resolve(one) : one)), [1, 2, 3]);
  });

  it('work that throws beside a promise that rejects later leaves no rejection unhandled', async () => {
    const slow = async (): Promise<never> => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      throw new Error('away');
    };
    await assert.rejects(async () =>
      all([slow, () => assert.fail('a mistake')], (work): Promise<never> | number => work()),
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('an object with another then is a value', () => {
    assert.equal(isPromise({ then: 'later' }), false);
  });

  it('what is only like a promise is awaited, within its time', async () => {
    assert.equal(await chain(thenable(1), (one) => one + 1), 2);
    const late = (): Error => new Error('late');
    assert.equal(await withTimeout(1000, () => thenable(1), late), 1);
    const never: unknown = { then: () => undefined };
    await assert.rejects(
      withTimeout(5, () => thenable(never), late),
      /late/,
    );
  });
});
