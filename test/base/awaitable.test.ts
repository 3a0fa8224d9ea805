import assert from 'node:assert/strict';
import { all, chain, isPromise } from '../../lib/base/awaitable.js';

describe('awaitable values', () => {
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
    assert.deepEqual(all([1, 2]), [1, 2]);
    assert.deepEqual(await all([1, Promise.resolve(2), 3]), [1, 2, 3]);
  });

  it('an object with another then is a value', () => {
    assert.equal(isPromise({ then: 'later' }), false);
  });
});
