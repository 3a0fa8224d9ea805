import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { connectionRow } from '../../lib/sql.js';
import { openRedemption } from '../../lib/invitations/redemption/redemption.js';

const identity = { source: 'acme', issuer: 'https://id.example', subject: '7' };
/** An id as untyped JavaScript may return it. */
const given = (id: unknown): string => id as string;

describe('the id of a user in a row', () => {
  for (const id of [undefined, null, '', Number.NaN, 'undefined', {}, { id: 7 }, [], Symbol('id'), () => 7]) {
    it(`F13: a value that is not an id gives no row: ${typeof id} ${JSON.stringify(id) ?? ''}`, () => {
      const words = { code: 'ERR_ENROLLMENT_USER_STORE', message: /needs the id of a user/ };
      assert.throws(() => openRedemption('plan').row(given(id)), words);
      assert.throws(() => connectionRow(given(id), identity), words);
    });
  }

  it('is text, also for numbers and for objects with an id', () => {
    const objectId = { toString: () => '66b1f0' };
    for (const [id, text] of [
      ['a', 'a'],
      [7, '7'],
      [0, '0'],
      [7n, '7'],
      [objectId, '66b1f0'],
    ] as const) {
      assert.equal(openRedemption('plan').row(given(id)).user_id, text);
      assert.equal(connectionRow(given(id), identity).user_id, text);
    }
  });
});
