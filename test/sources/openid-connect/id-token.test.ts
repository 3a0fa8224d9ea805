import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isHashOf, idTokenAlgorithms } from '../../../lib/sources/openid-connect/id-token.js';

/** Created by `openssl dgst`, by the size of the hash. */
const halves: Readonly<Record<string, string>> = {
  256: 'YiHPD2T9DaX5B837XJXtow',
  384: 'p3iANihy1MamculNPUrQ8HsBkouO-q2I',
  512: 'nM_8k04LoVPQDh1346b6eHC5pCiIJeMDBg3Dhz6Pbt4',
};

describe('the hash of an access token', () => {
  it('matches the example in OpenID Connect Core 1.0 (A.3)', () => {
    const token = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y';
    assert.equal(isHashOf(token, 'RS256', '77QmUPtjPfzWtF2AnpK9RQ'), true);
  });

  for (const algorithm of idTokenAlgorithms) {
    it(`is computed as for ${algorithm}`, () => {
      const fitting = algorithm === 'EdDSA' ? '512' : algorithm.slice(2);
      for (const [size, half] of Object.entries(halves))
        assert.equal(isHashOf('an-access-token', algorithm, half), size === fitting, size);
    });
  }

  it('rejects everything else', () => {
    const right = halves['256'] ?? assert.fail();
    for (const wrong of [undefined, null, 42, '', [right], { hash: right }, `${right}==`, right.slice(0, -1), 'YiHP'])
      assert.equal(isHashOf('an-access-token', 'RS256', wrong), false, JSON.stringify(wrong));
    assert.equal(isHashOf('another', 'RS256', right), false);
  });
});
