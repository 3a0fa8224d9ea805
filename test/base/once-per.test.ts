import assert from 'node:assert/strict';
import { oncePer } from '../../lib/base/once-per.js';

describe('oncePer', () => {
  it('computes once for each object, also where the value is undefined or null', () => {
    const asked: object[] = [];
    const [one, other] = [{ value: undefined }, { value: null }];
    const valueOf = oncePer((key: { readonly value: unknown }) => {
      asked.push(key);
      return key.value;
    });
    for (const key of [one, other, one, other, { value: 1 }]) assert.equal(valueOf(key), key.value);
    assert.deepEqual(asked, [one, other, { value: 1 }]);
    assert.equal(asked[0], one);
  });
});
