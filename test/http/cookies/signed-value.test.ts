import assert from 'node:assert/strict';
import { createKeyring } from '../../../lib/base/keyring.js';
import { readValue, signValue } from '../../../lib/http/cookies/signed-value.js';

const [old, young] = ['an-old-secret-of-thirty-two-bytes-or-more', 'a-young-secret-of-thirty-two-bytes-or-more'];
const format = { purpose: 'recent', seconds: 600 } as const;
const now = 1_800_000_000_000;

describe('a signed value', () => {
  const keyring = createKeyring([old]);
  const { text } = signValue(keyring, format, 'subject', 'body-1', now);

  it('is read back with its body, its time and the secret that signed it', () => {
    assert.deepEqual(readValue(keyring, format, 'subject', text, now), {
      text,
      body: 'body-1',
      issuedAt: now,
      secretId: keyring.ids[0],
    });
  });

  it('counts under an older secret, and no more once that secret is dropped', () => {
    assert.equal(readValue(createKeyring([young, old]), format, 'subject', text, now)?.secretId, keyring.ids[0]);
    assert.equal(readValue(createKeyring([young]), format, 'subject', text, now), null);
  });

  it('counts up to its last second, and from a clock that is a minute ahead', () => {
    const at = (seconds: number) => readValue(keyring, format, 'subject', text, now + seconds * 1000) !== null;
    assert.deepEqual([at(600), at(601), at(-60), at(-61)], [true, false, true, false]);
  });

  it('counts for its own purpose and subject only, and not when it was changed', () => {
    const [body = '', issued = '', mac = ''] = text.split('.');
    const later = (Number.parseInt(issued, 36) + 60).toString(36);
    const changed = [
      `body-2.${issued}.${mac}`,
      `${body}.${later}.${mac}`,
      `${body}.${issued}.${mac.slice(1)}`,
      `${body}.${issued}.`,
      `${body}.${mac}`,
      `${text}x`,
      ` ${text}`,
      '',
      'x'.repeat(5000),
    ];
    for (const value of changed) assert.equal(readValue(keyring, format, 'subject', value, now), null, value);
    assert.equal(readValue(keyring, format, 'another', text, now), null);
    assert.equal(readValue(keyring, { ...format, purpose: 'resume' }, 'subject', text, now), null);
    assert.equal(readValue(keyring, format, 'subject', undefined, now), null);
  });

  it('keeps subject and body apart, whatever dots they have', () => {
    const [, issued = '', mac = ''] = signValue(keyring, format, 'ann.b', 'c', now).text.split('.');
    assert.equal(readValue(keyring, format, 'ann', `b.c.${issued}.${mac}`, now), null);
  });
});
