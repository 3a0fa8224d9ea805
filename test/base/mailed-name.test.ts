import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mailedName } from '../../lib/base/mailed-name.js';

describe('a name in a mail', () => {
  it('is a name, whatever its language and its punctuation', () => {
    for (const name of [
      'Ann Example',
      'J. R. R. Tolkien',
      'J.Smith',
      'Dr. Ng',
      'Lund & Co. A/S',
      'Acme: Books',
      '山田太郎',
    ])
      assert.equal(mailedName(name, 80), name);
    assert.equal(mailedName('Ann\r\n\u202eBcc', 80), 'Ann Bcc');
    assert.equal(mailedName('A'.repeat(100), 10)?.length, 10);
  });

  it('is left out where a mail program would make a link of it', () => {
    for (const name of [
      'https://evil.example/pay',
      'evil.example',
      'Win at EVIL.EXAMPLE now',
      't.co',
      'www.evil',
      '//evil',
      'ann@evil.example',
      'ann＠evil．example',
      'evil。example',
      'evil\u200b.\u2060example',
      '1.2.3.4',
      'mailto:ann',
      'tel:+123',
    ])
      assert.equal(mailedName(name, 80), null, name);
  });
});
