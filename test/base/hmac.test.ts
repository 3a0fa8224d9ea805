import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { createHmacSha256 } from '../../lib/base/hmac.js';

function ofNode(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

describe('createHmacSha256', () => {
  // The test cases of RFC 4231 whose text is text, and whose key is not hashed first.
  it('computes the test cases 1 and 2 of RFC 4231', () => {
    const cases = [
      [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
      [
        Buffer.from('Jefe'),
        'what do ya want for nothing?',
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      ],
    ] as const;
    for (const [key, text, mac] of cases)
      assert.equal(Buffer.from(createHmacSha256(key)(text), 'base64url').toString('hex'), mac);
  });

  it('computes what Node does, for keys and texts of every length', () => {
    const letters = ['a', 'é', '登', '🙂', '\0', '\ud800'];
    for (let length = 0; length <= 1100; length += length < 140 || length > 1015 ? 1 : 17) {
      const key = randomBytes(length % 65);
      const text = Array.from({ length }, (_, at) => letters[(at * 7 + length) % letters.length]).join('');
      assert.equal(createHmacSha256(key)(text), ofNode(key, text), `${length} characters`);
    }
  });

  it('keeps several keys apart, in any order of use', () => {
    const keys = [randomBytes(32), randomBytes(32), randomBytes(5)];
    const macs = keys.map((key) => createHmacSha256(key));
    for (const text of ['a', 'a longer text', '', 'b'])
      for (const [at, key] of keys.entries()) assert.equal(macs[at]?.(text), ofNode(key, text));
  });

  it('refuses a key that is longer than a block', () => {
    assert.throws(() => createHmacSha256(Buffer.alloc(65)), RangeError);
  });
});
