import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readTick } from '../../lib/stages/sign-in-fields.js';

describe('a checkbox', () => {
  it('F21: is unchecked if it is absent, empty, 0, false, off or no', () => {
    for (const sent of [undefined, '', ' ', '0', 'false', 'False', 'OFF', 'no', 'null'])
      assert.equal(readTick(sent), false, String(sent));
    for (const sent of ['on', 'yes', '1', 'true', 'remember_me']) assert.equal(readTick(sent), true, sent);
  });
});
