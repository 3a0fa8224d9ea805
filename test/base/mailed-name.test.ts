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
      '100 % Acme',
      'Who = Ann?',
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
      '=?utf-8?q?Prize=21_evil=2Ecom/win?=',
      'Ann =?UTF-8?B?ZXZpbC5jb20=?=',
      '=\u200e?utf-8?q?evil=2Ecom?=',
      '＝？utf-8？q？evil=2Ecom？＝',
      'evil%2Ecom',
      'evil%2ecom%2Fwin',
      'evil\u00ad.com',
      'ev\u202eil.com',
      'evil\ud800.\ud800com',
      'evil｡com',
      'evil․com',
      'hxxp://evil',
      'xn--80ak6aa92e.com',
    ])
      assert.equal(mailedName(name, 80), null, name);
  });
});
