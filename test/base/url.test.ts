import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ownPath } from '../../lib/base/target.js';
import { parseUrl } from '../../lib/base/url.js';

describe('addresses', () => {
  it('are parsed alike by the first call and by one that V8 has optimized', () => {
    const site = { origin: 'https://app.example', mount: '', secure: true };
    for (let round = 0; round < 20_000; round += 1) {
      assert.deepEqual(ownPath(site, '/straße'), { path: '/stra%C3%9Fe' }, `round ${round}`);
      assert.equal(parseUrl('https://münchen.example/')?.hostname, 'xn--mnchen-3ya.example');
    }
  });

  it('are null where the text is not one', () => {
    assert.equal(parseUrl('no address'), null);
    assert.equal(parseUrl('https://[', 'https://app.example'), null);
    assert.equal(parseUrl('/path', 'https://app.example')?.href, 'https://app.example/path');
  });
});
